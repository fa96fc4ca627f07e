import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { headerPairs, headerValue, type RawHeaders } from '../raw-headers.ts';
import { hopByHopNames } from './hop-by-hop.ts';

/** What is the gateway's to say. */
const replaced = new Set(['x-request-id', 'cache-status']);

/** The headers of an upstream's answer that its client gets, as alternating names and values. */
export function responseHeaders(status: number, headers: RawHeaders): string[] {
  const dropped = hopByHopNames(headers);
  const kept: string[] = [];
  for (const [name, value] of headerPairs(headers)) {
    const key = name.toLowerCase();
    // Which origins may read answers is the gateway's configuration, not each service's.
    if (dropped.has(key) || replaced.has(key) || key.startsWith('access-control-')) continue;
    // An answer without content says nothing of its length (RFC 9110, section 8.6).
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

/** Keeps what the gateway has in `Vary` beside what the upstream says there. */
export function mergeVary(response: ServerResponse, headers: string[]): string[] {
  const own = response.getHeader('vary');
  return own === undefined || headerValue(headers, 'vary') === undefined ? headers : [...headers, 'Vary', String(own)];
}
