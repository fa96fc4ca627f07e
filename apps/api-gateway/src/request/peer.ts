import type { IncomingMessage } from 'node:http';
import {
  createProxyFollower,
  hasWholeQuotes,
  createNetworkMatcher,
  readForwarded,
  readForwardedFor,
  readNode,
  type ForwardedNode,
} from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';

/** Who sent a request. */
export interface Peer {
  /** The client's address: the first one, from here on, that is not a trusted proxy. */
  address: string;
  /** Whether the other end of the connection is a trusted proxy, whose forwarding headers are trusted. */
  trusted: boolean;
  /** What trusted proxies said of the way so far, as a value of `Forwarded` (RFC 7239). */
  forwarded: string | undefined;
  /** The other end of the connection, as a node of `Forwarded`. */
  node: string;
}

type Incoming = Pick<IncomingMessage, 'headers' | 'socket'>;

/** What is believed of the way of a request so far. */
interface Way {
  chain: readonly ForwardedNode[];
  /** As a value of `Forwarded` to which something can be appended. */
  forwarded: string | undefined;
}

/** Returns who sent a request. */
export type Peers = (request: Incoming) => Peer;

/** Trusts the forwarding headers of the networks `trusted` (CIDR). */
export function createPeers(trusted: readonly string[], logger: Pick<Logger, 'warn'>): Peers {
  const isTrusted = createNetworkMatcher(trusted);
  const follow = createProxyFollower(trusted, logger);

  /** What a proxy forwarded, in the standard's form even if it sent only `X-Forwarded-For`. */
  function wayOf({ headers, socket: { remoteAddress = '' } }: Incoming): Way {
    const { forwarded, 'x-forwarded-for': hops } = headers;
    const translated = readForwardedFor(hops?.toString());
    if (forwarded === undefined) return { chain: translated, forwarded: inStandardForm(translated) };
    const chain = readForwarded(forwarded);
    if (!hasWholeQuotes(forwarded)) return { chain, forwarded: undefined };
    // Proxies that write one of them pass on what a client says in the other, and which one that is cannot be told.
    const disagree = translated.length > 0 && follow(remoteAddress, chain) !== follow(remoteAddress, translated);
    return disagree ? { chain: [], forwarded: undefined } : { chain, forwarded };
  }

  return (request) => {
    const { remoteAddress = '' } = request.socket;
    const trusted = isTrusted(remoteAddress);
    const { chain, forwarded } = trusted ? wayOf(request) : { chain: [], forwarded: undefined };
    return { address: follow(remoteAddress, chain), trusted, forwarded, node: readNode(remoteAddress).text };
  };
}

function inStandardForm(chain: readonly ForwardedNode[]): string | undefined {
  return chain.length === 0 ? undefined : chain.map(({ text }) => `for=${text}`).join(', ');
}
