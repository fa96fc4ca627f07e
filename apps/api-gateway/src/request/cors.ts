import type { IncomingMessage } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { rawHeaders, type RawHeaders } from '../raw-headers.ts';
import type { Method } from '../route.ts';

/** What pages of an allowed origin may send and read, beyond what they always may (Fetch Standard, CORS protocol). */
const ALLOWED_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id, traceparent';
const EXPOSED_HEADERS = 'Age, Cache-Status, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';
const PREFLIGHT_LIFETIME_S = 600;

/**
 * Header fields that let pages of the allowed origins read the response. Without credentials: this API takes bearer
 * tokens, not cookies. A request of another origin gets its response too; the browser withholds it from the page.
 */
export function allowOrigin(origin: string | undefined, origins: readonly string[]): RawHeaders {
  if (origins.length === 0) return [];
  const varies = ['Vary', 'Origin'];
  if (origin === undefined || !origins.includes(origin)) return varies;
  return [...varies, 'Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED_HEADERS];
}

/** Whether the request is a browser's preflight. */
export function isPreflight({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/**
 * Header fields of the response to a preflight.
 * @param methods what the path takes.
 * @throws AppError `forbidden` when the origin is not allowed.
 */
export function preflightHeaders(
  { headers: { origin } }: Pick<IncomingMessage, 'headers'>,
  methods: readonly Method[],
  origins: readonly string[],
): RawHeaders {
  if (origin === undefined || !origins.includes(origin)) {
    throw new AppError('forbidden', 'Pages of this origin may not call this API.');
  }
  return rawHeaders({
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': String(PREFLIGHT_LIFETIME_S),
  });
}
