import { metrics, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

/** Seconds; OpenTelemetry's semantic conventions for database metrics. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * A call to a data store begins: `operation` is its first word, `text` what may be shown of it, which has no values in it.
 * Returns what is to be called when it ends, with the error if it failed.
 */
export type BeginCall = (operation: string, text: string) => (error?: unknown) => void;

/**
 * Records calls to a data store: the duration of each (`db.client.operation.duration`) and, within a request, a span.
 * @param store attributes of all its calls, `db.system.name` at least
 */
export function observeStore(store: Attributes): BeginCall {
  const tracer = trace.getTracer('@evenkeel/telemetry');
  const duration = metrics.getMeter('@evenkeel/telemetry').createHistogram('db.client.operation.duration', {
    unit: 's',
    description: 'Time until a data store has responded',
    advice: { explicitBucketBoundaries: BUCKETS },
  });

  return (operation, text) => {
    const begun = performance.now();
    const attributes: Attributes = { ...store, 'db.operation.name': operation };
    // What a service does by itself, such as looking for ended sessions, would be a trace each time.
    const span =
      trace.getActiveSpan() === undefined
        ? undefined
        : tracer.startSpan(operation, { kind: SpanKind.CLIENT, attributes: { ...attributes, 'db.query.text': text } });
    return (error) => {
      const failed = error === undefined ? {} : { 'error.type': typeOf(error) };
      duration.record((performance.now() - begun) / 1_000, { ...attributes, ...failed });
      if (error !== undefined) {
        // Without its message, in which a store may quote a value.
        span?.setAttributes(failed).setStatus({ code: SpanStatusCode.ERROR });
        span?.recordException({ name: typeOf(error) });
      }
      span?.end();
    };
  };
}

/** The code of an error, PostgreSQL's SQLSTATE for example, or else its name. */
function typeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'error';
}
