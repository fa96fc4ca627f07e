import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The trace that the current request belongs to (32 hexadecimal digits), if telemetry is loaded. */
export function currentTraceId(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? context.traceId : undefined;
}
