import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { SERVICE_NAME } from '../config.ts';
import { headerPairs, headerValue, type RawHeaders } from '../raw-headers.ts';
import type { Copy, StaleCopies } from '../store/stale-copy.ts';
import type { Observer } from './exchange.ts';
import { writeHead } from './response-headers.ts';

/** What a copy is of, and whose it is. */
export interface CopyKey {
  path: string;
  /** Never the same for two callers: a response may be meant for one of them alone. */
  caller: string;
}

export interface CopyOptions {
  copies: StaleCopies;
  key: CopyKey;
  requestHeaders: IncomingHttpHeaders;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Directives that forbid storing a response, or reusing it without validation (RFC 9111, sections 3 and 4.2.4). */
const forbidding = /(?:^|[\s,])(?:no-store|no-cache|must-revalidate|proxy-revalidate|s-maxage=)/i;

/** Keeps a copy of a good response to a GET as it passes by, if that is allowed; forgets one that is no longer true. */
export function keepCopy(options: CopyOptions): Observer {
  const { copies, key, requestHeaders, now } = options;
  let kept: { headers: RawHeaders; chunks: Buffer[]; size: number } | undefined;
  return {
    onStart(status, headers) {
      if (status === 304) return renewCopy(options, headers);
      // A failure of the service does not invalidate the copy; every other response replaces it.
      if (status >= 500 || status === 429) return;
      if (status !== 200 || forbidden(headers, requestHeaders)) copies.delete(key.path, key.caller);
      else if (!isCurrent(options, headers)) kept = { headers, chunks: [], size: 0 };
    },
    onData(chunk) {
      if (kept === undefined) return;
      kept.size += chunk.length;
      if (kept.size > copies.copyLimit) {
        kept = undefined;
        copies.delete(key.path, key.caller);
        // Its own bytes: the chunk is a view of a larger buffer, which would stay with it.
      } else kept.chunks.push(Buffer.from(chunk));
    },
    onEnd() {
      if (kept === undefined) return;
      const { headers, chunks } = kept;
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      const vary = varying(headers, requestHeaders);
      copies.set(key.path, key.caller, { status: 200, headers, body, storedAt: now(), vary });
    },
  };
}

/**
 * Whether the response is the copy once more, by its strong entity tag (RFC 9110, section 8.8.1): then that is as new as
 * the response. Most are, and what is kept of each would have to be cleaned up.
 */
function isCurrent({ copies, key, requestHeaders, now }: CopyOptions, headers: RawHeaders): boolean {
  const etag = headerValue(headers, 'etag');
  if (etag?.startsWith('"') !== true) return false;
  const copy = copies.get(key.path, key.caller);
  if (copy === undefined || headerValue(copy.headers, 'etag') !== etag) return false;
  if (!isOfSameKind(copy, requestHeaders) || headerValue(copy.headers, 'vary') !== headerValue(headers, 'vary'))
    return false;
  copy.storedAt = now();
  return true;
}

function isOfSameKind({ vary }: Copy, requestHeaders: IncomingHttpHeaders): boolean {
  for (const name in vary) if (headerText(requestHeaders, name) !== vary[name]) return false;
  return true;
}

/** Forgets the copies of a path when a request with effects succeeds there (RFC 9111, section 4.4). */
export function forgetCopies(copies: StaleCopies, path: string): Observer {
  return {
    onStart: (status) => void (status < 400 && copies.deletePath(path)),
    onData: () => undefined,
    onEnd: () => undefined,
  };
}

/** The copy that may be sent for this request, at most `maxAgeS` seconds old. */
export function findCopy({ copies, key, requestHeaders, now }: CopyOptions, maxAgeS: number): Copy | undefined {
  const copy = copies.get(key.path, key.caller);
  if (copy === undefined || now() - copy.storedAt > maxAgeS * 1_000) return undefined;
  if (/(?:^|[\s,])no-(?:store|cache)/i.test(requestHeaders['cache-control'] ?? '')) return undefined;
  return isOfSameKind(copy, requestHeaders) ? copy : undefined;
}

/** Responds with a copy, and says so (RFC 9111, section 5.1; RFC 9211). */
export function sendCopy(
  response: ServerResponse,
  copy: Copy,
  requestHeaders: IncomingHttpHeaders,
  now: number,
  own: RawHeaders,
): void {
  const age = Number(headerValue(copy.headers, 'age') ?? 0) + Math.floor((now - copy.storedAt) / 1_000);
  const lifetime = Number(/max-age=(\d+)/i.exec(headerValue(copy.headers, 'cache-control') ?? '')?.[1] ?? 0);
  const unchanged = isUnchanged(headerValue(copy.headers, 'etag'), requestHeaders['if-none-match']);
  const headers = headerPairs(copy.headers)
    .filter(([name]) => !['age', 'content-length', 'transfer-encoding'].includes(name.toLowerCase()))
    .flat();
  headers.push('Age', String(age));
  headers.push('Cache-Status', `${SERVICE_NAME}; hit; ttl=${String(lifetime - age)}; detail=upstream-unavailable`);
  if (!unchanged) headers.push('Content-Length', String(copy.body.length));
  writeHead(response, unchanged ? 304 : copy.status, headers, own);
  response.end(unchanged ? undefined : copy.body);
}

/**
 * "As you have it" holds for the copy, too, when that is what the client has: it is as new as this 304, whose headers
 * replace its own (RFC 9111, section 4.3.4).
 */
function renewCopy({ copies, key, requestHeaders, now }: CopyOptions, headers: RawHeaders): void {
  const copy = copies.get(key.path, key.caller);
  const etag = headerValue(headers, 'etag');
  if (copy === undefined || etag === undefined || headerValue(copy.headers, 'etag') !== etag) return;
  if (forbidden(headers, requestHeaders)) return copies.delete(key.path, key.caller);
  const fresh = headerPairs(headers).filter(([name]) => !/^content-/i.test(name));
  const replaced = new Set(fresh.map(([name]) => name.toLowerCase()));
  const kept = headerPairs(copy.headers).filter(
    ([name]) => name.toLowerCase() !== 'age' && !replaced.has(name.toLowerCase()),
  );
  const renewed = [...kept, ...fresh].flat();
  const vary = varying(renewed, requestHeaders);
  copies.set(key.path, key.caller, { ...copy, headers: renewed, storedAt: now(), vary });
}

function forbidden(headers: RawHeaders, requestHeaders: IncomingHttpHeaders): boolean {
  return (
    forbidding.test(headerValue(headers, 'cache-control') ?? '') ||
    /no-store/i.test(requestHeaders['cache-control'] ?? '') ||
    headerValue(headers, 'vary')?.includes('*') === true ||
    headerValue(headers, 'set-cookie') !== undefined
  );
}

function varying(headers: RawHeaders, requestHeaders: IncomingHttpHeaders): Record<string, string> {
  const names = (headerValue(headers, 'vary') ?? '').split(',').map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    names.filter((name) => name !== '').map((name) => [name, headerText(requestHeaders, name)]),
  );
}

function headerText(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[name] ?? '');
}

/** Weak comparison (RFC 9110, section 13.1.2). */
function isUnchanged(etag: string | undefined, condition: string | undefined): boolean {
  if (etag === undefined || condition === undefined) return false;
  const opaque = (tag: string) => tag.replace(/^W\//, '');
  const tags = condition.match(/\*|(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag === '*' || opaque(tag) === opaque(etag));
}
