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
import { pathOf } from './path.ts';

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
    const caller = believes(request) ? propagation.extract(ROOT_CONTEXT, request.headers) : ROOT_CONTEXT;
    const asked = { 'http.request.method': method, 'url.scheme': 'http', 'url.path': pathOf(request.url ?? '') };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes: asked }, caller);
    const metadata: RPCMetadata = { type: RPCType.HTTP, span };

    response.on('close', () => {
      const { route } = metadata;
      const attributes: Attributes = { 'http.request.method': method, 'url.scheme': 'http' };
      if (route !== undefined) attributes['http.route'] = route;
      if (response.headersSent) attributes['http.response.status_code'] = response.statusCode;
      const error = errorType(response);
      if (error !== undefined) attributes['error.type'] = error;
      duration.record((performance.now() - begun) / 1_000, attributes);
      if (!span.isRecording()) return;
      if (route !== undefined) span.updateName(`${method} ${route}`);
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttributes(attributes).end();
    });
    const active = setRPCMetadata(trace.setSpan(caller, span), metadata);
    context.with(active, handler, undefined, request, response);
  };
}

/** A 4xx is an error of the client, not of the server; so is a connection that it closed before there was a response. */
function errorType({ headersSent, statusCode, writableFinished }: ServerResponse): string | undefined {
  if (!headersSent) return undefined;
  return statusCode >= 500 ? String(statusCode) : writableFinished ? undefined : 'aborted';
}

/** Names the current request by its route: a template, never a path that holds an id. */
export function setRoute(route: string): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata !== undefined) metadata.route = route;
}

/** Says for whom the current request is made. */
export function setUser({ userId, sessionId }: { userId: string; sessionId: string }): void {
  const span = getRPCMetadata(context.active())?.span;
  if (span?.isRecording() === true) span.setAttributes({ 'user.id': userId, 'session.id': sessionId });
}

/** Shows why the current request failed. */
export function recordFailure(error: unknown): void {
  getRPCMetadata(context.active())?.span.recordException(error instanceof Error ? error : String(error));
}
