import { INVALID_TRACEID, trace, type Context } from '@opentelemetry/api';
import { symbols, type DestinationStream, type Logger } from 'pino';
import { sendLogLine } from './process-telemetry.ts';

/** A request that was served. Nothing in it may be secret: a query, a header or a body may. */
export interface AccessEntry {
  method: string | undefined;
  path: string;
  status: number;
  /** Milliseconds. */
  duration: number;
  requestId: string | undefined;
  /** Whether the client got the whole response. */
  complete: boolean;
  /** That of the request: the end of a connection belongs to no request by itself. */
  context: Context;
}

/**
 * Writes one line for each request, in the form of the logger's and where that writes. It is put together by hand: pino's
 * redaction looks for secrets in two dozen places, which costs more than all the rest of a request's log, and this line has
 * no place for any.
 */
export function createAccessLog(logger: Logger): (entry: AccessEntry) => void {
  const stream = (logger as unknown as Record<symbol, DestinationStream>)[symbols.streamSym];
  const { service } = logger.bindings() as { service?: string };
  let formatted = { ms: 0, text: '' };

  /** Requests that end within the same millisecond share its text. */
  function isoTime(ms: number): string {
    if (ms !== formatted.ms) formatted = { ms, text: new Date(ms).toISOString() };
    return formatted.text;
  }

  return ({ method, path, status, duration, requestId, complete, context }) => {
    if (!logger.isLevelEnabled('info')) return;
    const span = trace.getSpanContext(context);
    const isKnown = span !== undefined && span.traceId !== INVALID_TRACEID;
    const ids = isKnown ? `"trace_id":"${span.traceId}","span_id":"${span.spanId}",` : '';
    const line =
      `{"level":"info","time":"${isoTime(Date.now())}","service":${JSON.stringify(service)},${ids}` +
      `"method":${JSON.stringify(method)},"path":${JSON.stringify(path)},"status":${String(status)},` +
      `"duration_ms":${String(Math.round(duration))},` +
      (requestId === undefined ? '' : `"request_id":${JSON.stringify(requestId)},`) +
      `"msg":"${complete ? 'request' : 'request aborted'}"}\n`;
    stream?.write(line);
    sendLogLine(line, context);
  };
}
