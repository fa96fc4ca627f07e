import {
  context,
  defaultTextMapSetter,
  metrics,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
} from '@opentelemetry/api';
import { pathOf } from './path.ts';
import { BUCKETS } from './server-request.ts';

/** A request to another service. */
export interface ClientRequest {
  /** Header fields by which that service continues the trace. */
  headers: Readonly<Record<string, string>>;
  /** It is over: with this status, or for this reason without a response. */
  end(outcome: number | Error): void;
}

/** Called before each request, with its method and path. */
export type BeginRequest = (method: string, path: string) => ClientRequest;

/**
 * Records requests to a service: the duration of each (`http.client.request.duration`) and, within a request that is
 * recorded, a span.
 */
export function observeClientRequests(service: URL | string): BeginRequest {
  const { origin, protocol, hostname, port } = new URL(service);
  const tracer = trace.getTracer('@evenkeel/telemetry');
  const duration = metrics.getMeter('@evenkeel/telemetry').createHistogram('http.client.request.duration', {
    unit: 's',
    description: 'Time until the response to a request has arrived',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
  const server = {
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    'url.scheme': protocol.slice(0, -1),
  };

  return (method, path) => {
    const begun = performance.now();
    const parent = context.active();
    const span = trace.getSpan(parent)?.isRecording() === true ? startSpan() : undefined;
    const headers: Record<string, string> = {};
    propagation.inject(span === undefined ? parent : trace.setSpan(parent, span), headers, defaultTextMapSetter);

    function startSpan() {
      const attributes = { 'http.request.method': method, ...server, 'url.full': origin + pathOf(path) };
      return tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent);
    }

    return {
      headers,
      end(outcome) {
        const attributes: Attributes = { 'http.request.method': method, ...server };
        if (typeof outcome === 'number') attributes['http.response.status_code'] = outcome;
        const error = errorType(outcome);
        if (error !== undefined) attributes['error.type'] = error;
        duration.record((performance.now() - begun) / 1_000, attributes);
        if (span === undefined) return;
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
        if (typeof outcome !== 'number') span.recordException(outcome);
        span.setAttributes(attributes).end();
      },
    };
  };
}

/** To a client a 4xx is an error as well. */
function errorType(outcome: number | Error): string | undefined {
  if (typeof outcome === 'number') return outcome >= 400 ? String(outcome) : undefined;
  const { code } = outcome as { code?: unknown };
  return typeof code === 'string' ? code : outcome.name;
}
