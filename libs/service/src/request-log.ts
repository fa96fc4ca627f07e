import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAccessLog, pathOf, type Logger } from '@evenkeel/telemetry';
import { context } from '@opentelemetry/api';

/** Logs a request when its response closes: what was asked and how it went. Never the query, which may hold a secret. */
export type RequestLog = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Its id, if it is not the one that it came with. */
  id?: string,
) => void;

export function createRequestLog(logger: Logger): RequestLog {
  const write = createAccessLog(logger);
  return (request, response, id) => {
    const begun = performance.now();
    const { method, url = '', headers } = request;
    const active = context.active();
    response.on('close', () =>
      write({
        method,
        path: pathOf(url),
        status: response.statusCode,
        duration: performance.now() - begun,
        requestId: id ?? headers['x-request-id']?.toString(),
        complete: response.writableFinished,
        context: active,
      }),
    );
  };
}
