import { propagation } from '@opentelemetry/api';
import { SERVICE_NAME } from '../config.ts';
import { headerValue, type RawHeaders } from '../raw-headers.ts';
import type { Peer } from '../request/peer.ts';
import { hopByHop, namedByConnection } from './hop-by-hop.ts';

/** Set by the gateway, or by undici on its behalf. */
const replaced = ['host', 'expect', 'forwarded', 'x-request-id', 'trailer'];

/** What a service relies on to tell where a request ends, what it is, and who sends it. */
const relied = new Set(['content-length', 'content-type', 'authorization']);

export interface RequestHeaderOptions {
  rawHeaders: RawHeaders;
  /** `Host` of the request, for `Forwarded`. */
  host: string | undefined;
  protocol: 'http' | 'https';
  httpVersion: string;
  peer: Peer;
  requestId: string;
}

/** The headers of the request to the upstream, as alternating names and values. */
export type RequestHeaders = (options: RequestHeaderOptions) => string[];

/** @param propagated what telemetry adds by itself; nothing when it is not loaded */
export function createRequestHeaders(propagated: readonly string[] = propagation.fields()): RequestHeaders {
  const dropped = new Set([...hopByHop, ...replaced, ...propagated]);

  /** Fields that a client must not set. */
  function isForged(key: string, trusted: boolean): boolean {
    if (key.startsWith('x-user-')) return true;
    return !trusted && (key.startsWith('x-forwarded-') || key === 'x-real-ip');
  }

  /** Servers that make variables of headers take `_` for `-`. */
  function passesForAnother(key: string, trusted: boolean): boolean {
    const folded = key.replaceAll('_', '-');
    return dropped.has(folded) || relied.has(folded) || isForged(folded, trusted);
  }

  return ({ rawHeaders, host, protocol, httpVersion, peer, requestId }) => {
    const named = namedByConnection(headerValue(rawHeaders, 'connection'));
    const headers: string[] = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? '';
      const key = name.toLowerCase();
      if (dropped.has(key) || named.has(key) || isForged(key, peer.trusted)) continue;
      if (key.includes('_') && passesForAnother(key, peer.trusted)) continue;
      headers.push(name, rawHeaders[index + 1] ?? '');
    }
    const hop = `for=${peer.node}${host === undefined ? '' : `;host="${host}"`};proto=${protocol}`;
    headers.push('Forwarded', peer.forwarded === undefined ? hop : `${peer.forwarded}, ${hop}`);
    headers.push('Via', `${httpVersion} ${SERVICE_NAME}`);
    headers.push('X-Request-Id', requestId);
    return headers;
  };
}
