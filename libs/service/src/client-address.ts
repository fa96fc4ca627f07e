import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import parseForwarded from 'forwarded-parse';

/** Tells the address of the client that sent a request. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/**
 * Reads addresses past proxies that are trusted: from the peer backwards through `Forwarded` (RFC 7239) up to the first
 * that is not a trusted proxy, since whatever stands before that one could have been written by anybody.
 * @param trusted networks in CIDR notation. @throws Error naming one that is none.
 */
export function clientAddressBehind(trusted: readonly string[]): ClientAddress {
  const isProxy = isWithin(trusted);
  return ({ headers, socket }) => {
    let address = plain(socket.remoteAddress ?? '');
    const chain = addressesIn(headers.forwarded);
    while (isProxy(address)) {
      const previous = chain.pop();
      // A proxy that hides where a request came from (`unknown`, `_hidden`) is the last that can be told.
      if (previous === undefined) break;
      address = previous;
    }
    return address;
  };
}

/** Tells whether an address is in one of the networks (CIDR). @throws Error naming one that is none. */
export function isWithin(trusted: readonly string[]): (address: string) => boolean {
  const list = networks(trusted);
  return (text) => {
    const address = plain(text);
    return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
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

/** An address as RFC 7239 writes it: IPv6 in brackets, and therefore quoted; what is none is unknown. */
export function forwardedNode(address: string): string {
  if (isIP(address) === 0) return 'unknown';
  return isIPv6(address) ? `"[${address}]"` : address;
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

/** The addresses of the chain from the client on; as far back as they can be read. */
function addressesIn(header: string | undefined): string[] {
  let elements: Record<string, string>[];
  try {
    elements = header === undefined ? [] : parseForwarded(header);
  } catch {
    return [];
  }
  const known = elements.map((element) => nodeAddress(element['for'] ?? ''));
  return known.slice(known.lastIndexOf(undefined) + 1) as string[];
}

/** The address in a node identifier (RFC 7239, section 6): `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`. */
function nodeAddress(node: string): string | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\w+)?$/.exec(node);
  const address = plain(match?.[1] ?? match?.[2] ?? '');
  return isIP(address) === 0 ? undefined : address;
}

/** Without the zone of a link-local address, and IPv4 as such when it came over an IPv6 socket. */
function plain(address: string): string {
  const [withoutZone = ''] = address.split('%');
  return withoutZone.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}
