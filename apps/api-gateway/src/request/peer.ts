import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  clientNetwork,
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
  /** The part of it that one client cannot vary at will, by which limits count. */
  network: string;
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

  function peerOf(socket: Socket, { chain, forwarded }: Way, trusted: boolean): Peer {
    const { remoteAddress = '' } = socket;
    const address = follow(remoteAddress, chain);
    return { address, network: clientNetwork(address), trusted, forwarded, node: readNode(remoteAddress).text };
  }

  // Who is not a proxy, or is one that says nothing, sends all requests of a connection.
  const silent = new WeakMap<Socket, Peer>();

  return (request) => {
    const { socket, headers } = request;
    const trusted = isTrusted(socket.remoteAddress ?? '');
    if (trusted && (headers.forwarded ?? headers['x-forwarded-for']) !== undefined)
      return peerOf(socket, wayOf(request), true);
    const known = silent.get(socket) ?? peerOf(socket, { chain: [], forwarded: undefined }, trusted);
    silent.set(socket, known);
    return known;
  };
}

function inStandardForm(chain: readonly ForwardedNode[]): string | undefined {
  return chain.length === 0 ? undefined : chain.map(({ text }) => `for=${text}`).join(', ');
}
