import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { clientAddressBehind, isWithin } from '@evenkeel/service';

/** Who sent a request. */
export interface Peer {
  /** The client's address: the first one, from here on, that is not a trusted proxy. */
  address: string;
  /** Whether the other end of the connection is a trusted proxy, whose word about the client counts. */
  trusted: boolean;
  /** What trusted proxies said of the way so far, as a value of `Forwarded` (RFC 7239). */
  forwarded: string | undefined;
  /** The other end of the connection, as a node of `Forwarded`. */
  node: string;
}

type Incoming = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Tells who sends, believing what the networks `trusted` (CIDR) say of those before them. */
export function createPeers(trusted: readonly string[]): (request: Incoming) => Peer {
  const isTrusted = isWithin(trusted);
  const addressOf = clientAddressBehind(trusted);
  return ({ headers, socket }) => {
    const { remoteAddress = '' } = socket;
    const forwarded = isTrusted(remoteAddress) ? forwardedOf(headers) : undefined;
    return {
      address: addressOf({ headers: forwarded === undefined ? {} : { forwarded }, socket }),
      trusted: isTrusted(remoteAddress),
      forwarded,
      // A socket that listens on both families shows IPv4 addresses in IPv6 notation.
      node: nodeOf(remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '')),
    };
  };
}

/** What a proxy says, in the standard's form also where it has only `X-Forwarded-For`. */
function forwardedOf(headers: IncomingMessage['headers']): string | undefined {
  const { forwarded, 'x-forwarded-for': hops } = headers;
  if (forwarded !== undefined) return hasWholeQuotes(forwarded) ? forwarded : undefined;
  if (hops === undefined) return undefined;
  return String(hops)
    .split(',')
    .map((hop) => `for=${nodeOf(hop.trim())}`)
    .join(', ');
}

/** Something appended to a quote without its end would become part of it. */
function hasWholeQuotes(text: string): boolean {
  return /^(?:[^"]|"(?:[^"\\]|\\.)*")*$/.test(text);
}

/** An address as RFC 7239 writes it: IPv6 in brackets, and therefore quoted; what is none is unknown. */
function nodeOf(address: string): string {
  if (isIP(address) === 0) return 'unknown';
  return isIP(address) === 6 ? `"[${address}]"` : address;
}
