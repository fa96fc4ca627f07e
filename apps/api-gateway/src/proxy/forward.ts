import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { hasBody } from '@evenkeel/service';
import type { RawHeaders } from '../raw-headers.ts';
import type { Route } from '../route.ts';
import type { Copy } from '../store/stale-copy.ts';
import { ClientGone, Exchange, type Observer } from './exchange.ts';
import { isBrokenConnection, outcomeOf, outcomeOfResponse, toAppError } from './failure.ts';
import { createRequestBody } from './request-body.ts';
import { findCopy, forgetCopies, keepCopy, sendCopy, type CopyOptions } from './stale-copy.ts';
import type { Upstream, UpstreamSettings } from './upstream.ts';
import type { Watchdog } from './watchdog.ts';

/** A request that passed all rules. */
export interface Forwarding {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  upstream: Upstream;
  settings: UpstreamSettings;
  /** Path and query for the upstream. */
  path: string;
  /** Those of the request, and those of the response beside the upstream's. */
  headers: RawHeaders;
  own: RawHeaders;
  /** Where copies of responses are kept and found. */
  copies: CopyOptions;
  /** Counts a response from a copy. */
  onStale: (upstream: string) => void;
  watchdog: Watchdog;
}

/**
 * Sends a request to its upstream and the response to its client. While the upstream is unavailable a GET gets the
 * last good copy, where the route allows that.
 * @throws AppError `unavailable`, `timeout`, `bad_gateway` or `payload_too_large`, with nothing of a response sent.
 */
export async function forward(forwarding: Forwarding): Promise<void> {
  const { request, response, route, upstream, settings, onStale } = forwarding;
  let mayHaveChanged = false;
  try {
    const call = upstream.enter(route, settings);
    const exchange = createExchange(forwarding);
    try {
      await send(exchange, forwarding);
      call.settle(outcomeOfResponse(exchange.result));
    } catch (error) {
      call.settle(outcomeOf(error));
      mayHaveChanged = exchange.sent && !isSafe(request);
      throw error;
    }
  } catch (error) {
    if (error instanceof ClientGone) return;
    const copy = copyInstead(forwarding, error);
    if (copy === undefined) throw toAppError(error, upstream.name, mayHaveChanged);
    onStale(upstream.name);
    sendCopy(response, copy, request.headers, forwarding.copies.now(), forwarding.own);
  }
}

function copyInstead({ request, route, copies }: Forwarding, error: unknown): Copy | undefined {
  if (request.method !== 'GET' || route.stale_if_error_s === 0) return undefined;
  if (error instanceof AppError && error.code !== 'unavailable') return undefined;
  return findCopy(copies, route.stale_if_error_s);
}

function createExchange(forwarding: Forwarding): Exchange {
  const { request, response, route, upstream, path, headers, own, watchdog } = forwarding;
  const pace = { idleMs: route.idle_timeout_ms, minRate: route.min_rate };
  return new Exchange({
    request,
    response,
    path,
    headers,
    body: hasBody(request) ? createRequestBody(request, route.max_body_bytes, pace) : undefined,
    own,
    limitMs: route.timeout_ms,
    pace,
    observer: watch(forwarding),
    watchdog,
    beginRequest: upstream.beginRequest,
  });
}

async function send(exchange: Exchange, { request, route, upstream }: Forwarding): Promise<void> {
  try {
    await exchange.run(upstream.pool);
  } catch (error) {
    const mayRetry = route.retries > 0 && isSafe(request) && !hasBody(request) && isBrokenConnection(error);
    if (!mayRetry || exchange.isLate) throw error;
    await upstream.withNewConnection((client) => exchange.run(client));
  }
}

function watch({ request, route, path, copies }: Forwarding): Observer | undefined {
  if (request.method === 'GET') return route.stale_if_error_s > 0 ? keepCopy(copies) : undefined;
  return isSafe(request) ? undefined : forgetCopies(copies.copies, path);
}

/** RFC 9110, section 9.2.1. OPTIONS is safe too, but there is no point in retrying it. */
function isSafe({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}
