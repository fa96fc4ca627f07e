import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
} from '@opentelemetry/api';
import { getRPCMetadata, RPCType, setRPCMetadata, type RPCMetadata } from '@opentelemetry/core';

/** Seconds; OpenTelemetry's semantic conventions for HTTP metrics. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A client may write any method; others would be names of spans and labels of metrics. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Serves each request within a span, and records its duration by route (`http.server.request.duration`).
 * @param believes whether the sender of a request may decide which trace it belongs to and whether it is recorded
 */
export function observeRequests(
  handler: RequestListener,
  believes: (request: IncomingMessage) => boolean,
): RequestListener {
  const tracer = trace.getTracer('@evenkeel/telemetry');
  const duration = metrics.getMeter('@evenkeel/telemetry').createHistogram('http.server.request.duration', {
    unit: 's',
    description: 'Time until the response to a request was sent',
    advice: { explicitBucketBoundaries: BUCKETS },
  });

  return (request, response) => {
    const begun = performance.now();
    const method = methods.has(request.method ?? '') ? (request.method ?? '') : '_OTHER';
    const asked = { 'http.request.method': method, 'url.scheme': 'http' };
    const caller = believes(request) ? propagation.extract(ROOT_CONTEXT, request.headers) : ROOT_CONTEXT;
    const path = request.url?.split('?', 1)[0] ?? '';
    const attributes = { ...asked, 'url.path': path };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, caller);
    const metadata: RPCMetadata = { type: RPCType.HTTP, span };

    response.once('close', () => {
      const responded = {
        ...(metadata.route === undefined ? {} : { 'http.route': metadata.route }),
        ...outcome(response),
      };
      duration.record((performance.now() - begun) / 1_000, { ...asked, ...responded });
      if (metadata.route !== undefined) span.updateName(`${method} ${metadata.route}`);
      if ('error.type' in responded) span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttributes(responded).end();
    });
    const active = setRPCMetadata(trace.setSpan(caller, span), metadata);
    context.with(active, () => void handler(request, response));
  };
}

/** A 4xx is an error of the client, not of the server; so is a connection that it closed before there was a response. */
function outcome(response: ServerResponse): Attributes {
  const { headersSent, statusCode, writableFinished } = response;
  if (!headersSent) return {};
  const error = statusCode >= 500 ? String(statusCode) : writableFinished ? undefined : 'aborted';
  return { 'http.response.status_code': statusCode, ...(error === undefined ? {} : { 'error.type': error }) };
}

/** Names the current request by its route: a template, never a path that holds an id. */
export function setRoute(route: string): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata !== undefined) metadata.route = route;
}

/** Says for whom the current request is made. */
export function setUser({ userId, sessionId }: { userId: string; sessionId: string }): void {
  getRPCMetadata(context.active())?.span.setAttributes({ 'user.id': userId, 'session.id': sessionId });
}

/** Shows why the current request failed. */
export function recordFailure(error: unknown): void {
  getRPCMetadata(context.active())?.span.recordException(error instanceof Error ? error : String(error));
}
