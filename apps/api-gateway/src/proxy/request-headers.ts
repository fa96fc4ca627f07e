import { propagation } from '@opentelemetry/api';
import { SERVICE_NAME } from '../config.ts';
import { headerPairs, type RawHeaders } from '../raw-headers.ts';
import type { Peer } from '../request/peer.ts';
import { hopByHopNames } from './hop-by-hop.ts';

/** Set by the gateway, or by undici on its behalf. */
const replaced = new Set(['host', 'expect', 'forwarded', 'x-request-id', 'trailer']);

export interface RequestHeaderOptions {
  rawHeaders: RawHeaders;
  /** `Host` of the request, for `Forwarded`. */
  host: string | undefined;
  protocol: 'http' | 'https';
  httpVersion: string;
  peer: Peer;
  requestId: string;
  /** What telemetry adds by itself. Default: what OpenTelemetry propagates, nothing when it is not loaded. */
  propagated?: readonly string[];
}

/** The headers of the request to the upstream, as alternating names and values. */
export function requestHeaders(options: RequestHeaderOptions): string[] {
  const { rawHeaders, host, protocol, httpVersion, peer, requestId } = options;
  const propagated = options.propagated ?? propagation.fields();
  const dropped = hopByHopNames(rawHeaders);
  const headers: string[] = [];
  for (const [name, value] of headerPairs(rawHeaders)) {
    const key = name.toLowerCase();
    if (dropped.has(key) || replaced.has(key) || propagated.includes(key) || isForged(key, peer.trusted)) continue;
    headers.push(name, value);
  }
  const hop = `for=${peer.node}${host === undefined ? '' : `;host="${host}"`};proto=${protocol}`;
  headers.push('Forwarded', peer.forwarded === undefined ? hop : `${peer.forwarded}, ${hop}`);
  headers.push('Via', `${httpVersion} ${SERVICE_NAME}`);
  headers.push('X-Request-Id', requestId);
  return headers;
}

/** Fields that a client must not set. Servers that make variables of headers take `_` for `-`, so both count. */
function isForged(name: string, trusted: boolean): boolean {
  const key = name.replaceAll('_', '-');
  if (key.startsWith('x-user-')) return true;
  return !trusted && (key.startsWith('x-forwarded-') || key === 'x-real-ip' || key === 'forwarded');
}
