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
