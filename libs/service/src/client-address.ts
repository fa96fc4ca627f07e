import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Logger } from '@evenkeel/telemetry';
import { plainAddress, readForwarded, readNode, type ForwardedNode } from './forwarded.ts';

/** Returns the address of the client that sent a request. */
export type ClientAddress = (request: Incoming) => string;

type Incoming = Pick<IncomingMessage, 'headers' | 'socket'>;

/** The client that a request started from, through however many services. */
export interface ClientNames {
  /** The key for limits, and for the turns of costly work. */
  networkOf: (request: Incoming) => string;
  /** As `Forwarded` names it to the services that are called for its request. */
  forwardedOf: (request: Incoming) => string;
}

/** Names clients, trusting the forwarding headers of the networks `trusted` (CIDR). */
export function createClientNames(trusted: readonly string[], logger: Pick<Logger, 'warn'>): ClientNames {
  const addressOf = createClientAddress(trusted, logger);
  return {
    networkOf: (request) => clientNetwork(addressOf(request)),
    forwardedOf: (request) => `for=${readNode(addressOf(request)).text}`,
  };
}

/**
 * Reads addresses past proxies that are trusted: from the peer backwards through `Forwarded` (RFC 7239) up to the first
 * that is not a trusted proxy, since whatever stands before that one could have been written by anybody.
 * @param trusted networks in CIDR notation. @throws Error naming an invalid one.
 * @param logger warned once of a proxy whose forwarding header cannot be parsed
 */
export function createClientAddress(trusted: readonly string[], logger: Pick<Logger, 'warn'>): ClientAddress {
  const follow = createProxyFollower(trusted, logger);
  return ({ headers, socket }) => follow(socket.remoteAddress ?? '', readForwarded(headers.forwarded));
}

/** The same for a chain of nodes that has been read already: from the `peer` backwards through `chain`. */
export function createProxyFollower(
  trusted: readonly string[],
  logger: Pick<Logger, 'warn'>,
): (peer: string, chain: readonly ForwardedNode[]) => string {
  const isProxy = createNetworkMatcher(trusted);
  let hasWarned = false;
  const warn = (proxy: string, forwarded: string) => {
    if (hasWarned) return;
    hasWarned = true;
    const text = 'cannot parse the address in Forwarded; all clients of this proxy count as one';
    logger.warn({ proxy, forwarded: forwarded.slice(0, 100) }, text);
  };
  return (peer, chain) => {
    let address = plainAddress(peer);
    for (const node of chain.toReversed()) {
      if (!isProxy(address)) break;
      if (node.unreadable !== undefined) warn(address, node.unreadable);
      // Before a proxy that does not say where a request came from, nothing is known.
      if (node.address === undefined) break;
      address = node.address;
    }
    return address;
  };
}

/** As many addresses as a matcher remembers. It is asked for the same ones again and again, several times a request. */
const REMEMBERED = 1_000;

/** Whether an address is in one of the networks (CIDR). @throws Error naming an invalid one. */
export function createNetworkMatcher(trusted: readonly string[]): (address: string) => boolean {
  const list = networks(trusted);
  const remembered = new Map<string, boolean>();
  return (text) => {
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const address = plainAddress(text);
    const isInside = isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, isInside);
    return isInside;
  };
}

/**
 * The part of an address that one client cannot vary at will: all of IPv4, the first 64 bits of IPv6, which is what a
 * single subscriber is given. This is what rate limits count by.
 */
export function clientNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(missing).fill('0'), ...last];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** A network in CIDR notation: `10.0.0.0/8`, `::1/128`, or a single address. */
export function isNetwork(text: string): boolean {
  try {
    networks([text]);
    return true;
  } catch {
    return false;
  }
}

function networks(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', prefix, ...rest] = text.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const bits = prefix === undefined ? (family === 'ipv6' ? 128 : 32) : /^\d+$/.test(prefix) ? Number(prefix) : -1;
    if (isIP(address) === 0 || rest.length > 0 || bits < 0 || bits > (family === 'ipv6' ? 128 : 32)) {
      throw new Error(`${text} is not a network in CIDR notation`);
    }
    list.addSubnet(address, bits, family);
  }
  return list;
}
