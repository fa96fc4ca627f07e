import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { clientAddressBehind, clientNetwork, isNetwork } from './client-address.ts';

const addressOf = clientAddressBehind(['127.0.0.0/8', '::1/128', '10.0.0.0/8']);
const from = (remoteAddress: string, forwarded?: string) =>
  addressOf({ headers: forwarded === undefined ? {} : { forwarded }, socket: { remoteAddress } as Socket });

it.each([
  ['the peer, when nobody forwarded', '192.0.2.1', undefined, '192.0.2.1'],
  ['the peer, when it is not trusted to forward', '192.0.2.1', 'for=198.51.100.7', '192.0.2.1'],
  ['the client of a trusted proxy', '127.0.0.1', 'for=198.51.100.7;proto=https', '198.51.100.7'],
  ['IPv4 over an IPv6 socket', '::ffff:127.0.0.1', 'for=198.51.100.7', '198.51.100.7'],
  ['IPv6 with a port', '::1', 'for="[2001:DB8::1]:4711"', '2001:db8::1'],
  ['IPv4 with a port', '::1', 'for="198.51.100.7:4711"', '198.51.100.7'],
  ['the last that is not a proxy', '10.1.1.1', 'for=203.0.113.9, for=198.51.100.7, for=10.2.2.2', '198.51.100.7'],
  ['the outermost, when all are proxies', '10.1.1.1', 'for=10.3.3.3, for=10.2.2.2', '10.3.3.3'],
  ['the proxy that hides its client', '10.1.1.1', 'for=203.0.113.9, for=_hidden, for=10.2.2.2', '10.2.2.2'],
  ['the peer, when the header has no client', '10.1.1.1', 'for=unknown', '10.1.1.1'],
  ['the peer, when the header cannot be read', '10.1.1.1', 'for=198.51.100.7, for="', '10.1.1.1'],
  ['the peer, when an element has no address', '10.1.1.1', 'for=198.51.100.7, proto=https', '10.1.1.1'],
])('tells %s', (_what, peer, forwarded, expected) => {
  expect(from(peer, forwarded)).toBe(expected);
});

it('counts a subscriber of IPv6 as one, however many addresses they use', () => {
  expect(clientNetwork('192.0.2.1')).toBe('192.0.2.1');
  expect(clientNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(clientNetwork('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
  expect(clientNetwork('2001:db8::9')).toBe('2001:db8:0:0::/64');
  expect(clientNetwork('::1')).toBe('0:0:0:0::/64');
  expect(clientNetwork('fe80::')).toBe('fe80:0:0:0::/64');
});

it('knows networks from what is none', () => {
  for (const good of ['10.0.0.0/8', '::1/128', '192.0.2.1', '0.0.0.0/0', 'fd00::/8'])
    expect(isNetwork(good)).toBe(true);
  for (const bad of ['', 'localhost', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/8/8', '::/129', '10.0.0.0/x', '1.2.3.4/']) {
    expect(isNetwork(bad), bad).toBe(false);
  }
  expect(() => clientAddressBehind(['nonsense'])).toThrow('nonsense');
});
