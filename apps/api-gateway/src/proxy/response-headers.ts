import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { headerPairs, headerValue, type RawHeaders } from '../raw-headers.ts';
import { hopByHopNames } from './hop-by-hop.ts';

/** Set by the gateway. */
const replaced = new Set(['x-request-id', 'cache-status']);

/** The headers of an upstream's response that are passed on to the client, as alternating names and values. */
export function responseHeaders(status: number, headers: RawHeaders): string[] {
  const dropped = hopByHopNames(headers);
  const kept: string[] = [];
  for (const [name, value] of headerPairs(headers)) {
    const key = name.toLowerCase();
    // Which origins may read responses is the gateway's configuration, not each service's.
    if (dropped.has(key) || replaced.has(key) || key.startsWith('access-control-')) continue;
    // A response without content says nothing of its length (RFC 9110, section 8.6).
    if (status === 204 && key === 'content-length') continue;
    kept.push(name, value);
  }
  return kept;
}

/** Header bytes as Node's HTTP writes them again: one character each. */
export function rawText(headers: Dispatcher.DispatchController['rawHeaders']): string[] {
  return Array.isArray(headers)
    ? headers.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
    : [];
}

/**
 * Begins the response to the client with the headers of the upstream's, beside those that the gateway has set. If that
 * fails, none of them is left behind: they would spoil the error response.
 */
export function writeHead(response: ServerResponse, status: number, headers: RawHeaders): void {
  const own = new Map(Object.entries(response.getHeaders()) as [string, string][]);
  const promised = takesTrailers(response, status, headers) ? headers : withoutTrailer(headers);
  try {
    response.writeHead(status, [...mergeVary(own.get('vary'), promised)]);
  } catch (error) {
    response.statusMessage = '';
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.setHeaders(own);
    throw error;
  }
}

/** Merges the gateway's `Vary` with the upstream's. */
function mergeVary(own: string | undefined, headers: RawHeaders): RawHeaders {
  return own === undefined || headerValue(headers, 'vary') === undefined ? headers : [...headers, 'Vary', own];
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
