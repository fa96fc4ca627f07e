import type { IncomingMessage } from 'node:http';
import { clientAddressBehind, forwardedNode, isWithin } from '@evenkeel/service';

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
  const addressIn = (forwarded: string | undefined, socket: Incoming['socket']) =>
    addressOf({ headers: forwarded === undefined ? {} : { forwarded }, socket });

  /** What a proxy says, in the standard's form also where it has only `X-Forwarded-For`. */
  function forwardedOf({ headers, socket }: Incoming): string | undefined {
    const { forwarded, 'x-forwarded-for': hops } = headers;
    const translated = hops === undefined ? undefined : inStandardForm(String(hops));
    if (forwarded === undefined) return translated;
    if (!hasWholeQuotes(forwarded)) return undefined;
    // Proxies that write one of them pass on what a client says in the other, and which one that is cannot be told.
    const disagree = translated !== undefined && addressIn(forwarded, socket) !== addressIn(translated, socket);
    return disagree ? undefined : forwarded;
  }

  return (request) => {
    const { remoteAddress = '' } = request.socket;
    const trusted = isTrusted(remoteAddress);
    const forwarded = trusted ? forwardedOf(request) : undefined;
    return {
      address: addressIn(forwarded, request.socket),
      trusted,
      forwarded,
      // A socket that listens on both families shows IPv4 addresses in IPv6 notation.
      node: forwardedNode(remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '')),
    };
  };
}

/** `X-Forwarded-For` as a value of `Forwarded`. */
function inStandardForm(hops: string): string {
  return hops
    .split(',')
    .map((hop) => `for=${forwardedNode(hop.trim())}`)
    .join(', ');
}

/** Something appended to a quote without its end would become part of it. */
function hasWholeQuotes(text: string): boolean {
  return /^(?:[^"]|"(?:[^"\\]|\\.)*")*$/.test(text);
}
