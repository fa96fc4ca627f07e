import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { hasBody } from '@evenkeel/service';
import type { Dispatcher } from 'undici';
import type { BreakerSettings, Route } from '../route.ts';
import { ClientGone, exchange, type Observer } from './exchange.ts';
import { isBrokenConnection, isUpstreamFailure, toAppError, unavailable } from './failure.ts';
import { createRequestBody } from './request-body.ts';
import { findCopy, keepCopy, sendCopy, type CopyOptions } from './stale-copy.ts';
import type { Upstream } from './upstream.ts';

/** A request that passed all rules. */
export interface Forwarding {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  upstream: Upstream;
  breaker: BreakerSettings;
  /** Path and query for the upstream. */
  path: string;
  /** Alternating names and values. */
  headers: string[];
  /** Where copies of responses are kept and found. */
  copies: CopyOptions;
  /** Counts a response from a copy. */
  onStale: (upstream: string) => void;
}

/**
 * Sends a request to its upstream and the response to its client. While the upstream is unavailable a GET gets the
 * last good copy, where the route allows that.
 * @throws AppError `unavailable`, `timeout`, `bad_gateway` or `payload_too_large`, with nothing of a response sent.
 */
export async function forward(forwarding: Forwarding): Promise<void> {
  const { route, upstream } = forwarding;
  try {
    const call = route.breaker ? upstream.admit(forwarding.breaker) : undefined;
    if (call?.allowed === false) throw unavailable(upstream.name, call.retryAfterMs / 1_000);
    try {
      await send(forwarding, () => call?.settle('success'));
    } catch (error) {
      call?.settle(isUpstreamFailure(error) ? 'failure' : 'unknown');
      throw error;
    }
  } catch (error) {
    if (error instanceof ClientGone) return;
    if (!answerFromCopy(forwarding, error)) throw toAppError(error, upstream.name, isSafe(forwarding.request));
  }
}

function answerFromCopy({ request, response, route, upstream, copies, onStale }: Forwarding, error: unknown): boolean {
  if (
    request.method !== 'GET' ||
    route.stale_if_error_s === 0 ||
    (error instanceof AppError && error.code !== 'unavailable')
  )
    return false;
  const copy = findCopy(copies, route.stale_if_error_s);
  if (copy === undefined) return false;
  onStale(upstream.name);
  sendCopy(response, copy, request.headers, copies.now());
  return true;
}

async function send(forwarding: Forwarding, onAnswer: () => void): Promise<void> {
  const { request, response, route, upstream, path, headers } = forwarding;
  const body = hasBody(request) ? createRequestBody(request, route.max_body_bytes) : undefined;
  const idleMs = route.idle_timeout_ms;
  const head = { method: request.method ?? 'GET', path, headers, bodyTimeout: idleMs };
  const deadline = performance.now() + route.timeout_ms;
  const observer = watch(forwarding, onAnswer);
  const attempt = (dispatcher: Dispatcher) =>
    exchange(dispatcher, head, { request, response, body, limitMs: deadline - performance.now(), idleMs, observer });
  try {
    await attempt(upstream.pool);
  } catch (error) {
    const mayRetry = route.retries > 0 && isSafe(request) && body === undefined && isBrokenConnection(error);
    if (!mayRetry || performance.now() >= deadline) throw error;
    await upstream.withNewConnection(attempt);
  }
}

function watch({ request, route, path, copies }: Forwarding, onAnswer: () => void): Observer {
  const copy = request.method === 'GET' && route.stale_if_error_s > 0 ? keepCopy(copies) : undefined;
  return {
    onStart(status, headers) {
      onAnswer();
      if (!isSafe(request) && status < 400) copies.copies.deletePath(path);
      copy?.onStart(status, headers);
    },
    onData: (chunk) => copy?.onData(chunk),
    onEnd: () => copy?.onEnd(),
  };
}

/** RFC 9110, section 9.2.1. OPTIONS is safe too, but there is no point in retrying it. */
function isSafe({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}
