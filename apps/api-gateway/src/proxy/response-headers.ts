import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { hopByHopNames, type RawHeaders } from './hop-by-hop.ts';

/** What is the gateway's to say. */
const replaced = new Set(['x-request-id', 'cache-status']);

/** The headers of an upstream's answer that its client gets, names and values in turns. */
export function responseHeaders(status: number, headers: RawHeaders): string[] {
  const dropped = hopByHopNames(headers);
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const key = name.toLowerCase();
    // Which origins may read answers is the gateway's configuration, not each service's.
    if (dropped.has(key) || replaced.has(key) || key.startsWith('access-control-')) continue;
    // An answer without content says nothing of its length (RFC 9110, section 8.6).
    if (status === 204 && key === 'content-length') continue;
    kept.push(name, headers[index + 1] ?? '');
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
  return own === undefined || !headerPairs(headers).some(([name]) => name.toLowerCase() === 'vary')
    ? headers
    : [...headers, 'Vary', String(own)];
}

/** Names with their values, from names and values in turns. */
export function headerPairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as [string, string]] : []));
}
