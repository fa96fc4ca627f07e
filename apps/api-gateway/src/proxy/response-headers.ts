import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { headerPairs, headerValue, type RawHeaders } from '../raw-headers.ts';
import { hopByHop, namedByConnection } from './hop-by-hop.ts';

/** Not those of the upstream: hop-by-hop, or set by the gateway. */
const dropped = new Set([...hopByHop, 'x-request-id', 'cache-status']);

/** The headers of an upstream's response that are passed on to the client, as alternating names and values. */
export function responseHeaders(status: number, headers: RawHeaders): string[] {
  const named = namedByConnection(headerValue(headers, 'connection'));
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const key = name.toLowerCase();
    // Which origins may read responses is the gateway's configuration, not each service's.
    if (dropped.has(key) || named.has(key) || key.startsWith('access-control-')) continue;
    // A response without content says nothing of its length (RFC 9110, section 8.6).
    if (status === 204 && key === 'content-length') continue;
    kept.push(name, headers[index + 1] ?? '');
  }
  return kept;
}

/** Header bytes as Node's HTTP writes them again: one character each. */
export function rawText(headers: Dispatcher.DispatchController['rawHeaders']): string[] {
  return Array.isArray(headers) ? headers.map((part) => part.toString('latin1')) : [];
}

/**
 * Begins the response to the client: with the headers of the upstream's, and those of the gateway's own that it lacks. If
 * that fails, nothing of it is left behind: it would spoil the error response.
 * @returns whether trailers may follow.
 */
export function writeHead(response: ServerResponse, status: number, headers: RawHeaders, own: RawHeaders): boolean {
  const announced = headerValue(headers, 'trailer') !== undefined;
  const trails = announced && takesTrailers(response, status, headers);
  const promised = announced && !trails ? withoutTrailer(headers) : headers;
  try {
    response.writeHead(status, complete(promised, own));
  } catch (error) {
    response.statusMessage = '';
    for (const name of response.getHeaderNames()) if (name !== 'connection') response.removeHeader(name);
    throw error;
  }
  return trails;
}

/** Adds those of `own` that are not among `headers`. What a response varies by is the sum of both. */
function complete(headers: RawHeaders, own: RawHeaders): string[] {
  const all = [...headers];
  for (let index = 0; index < own.length; index += 2) {
    const [name = '', value = ''] = [own[index], own[index + 1]];
    const key = name.toLowerCase();
    if (key === 'vary' || headerValue(headers, key) === undefined) all.push(name, value);
  }
  return all;
}

/** Only content in chunks can be followed by trailers (RFC 9112, section 7.1.2); Node throws when others announce some. */
function takesTrailers(response: ServerResponse, status: number, headers: RawHeaders): boolean {
  const hasContent = response.req.method !== 'HEAD' && status !== 204 && status !== 304;
  return hasContent && response.useChunkedEncodingByDefault && headerValue(headers, 'content-length') === undefined;
}

function withoutTrailer(headers: RawHeaders): RawHeaders {
  return headerPairs(headers)
    .filter(([name]) => name.toLowerCase() !== 'trailer')
    .flat();
}
