import { isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';

/** The trace that the current request belongs to (32 hexadecimal digits), if telemetry is loaded. */
export function currentTraceId(): string | undefined {
  return currentSpanContext()?.traceId;
}

export function currentSpanContext(): SpanContext | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? context : undefined;
}
