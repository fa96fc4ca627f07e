import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createClientAddress, clientNetwork, isNetwork } from './client-address.ts';

const trusted = ['127.0.0.0/8', '::1/128', '10.0.0.0/8'];
const addressOf = createClientAddress(trusted, { warn: () => {} });
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
  ['IPv4 with a port that lacks its quotes', '::1', 'for=198.51.100.8:4444, for=10.2.2.2:80', '198.51.100.8'],
  ['IPv6 that lacks its quotes', '::1', 'For=[2001:db8::1]:80;proto=https', '2001:db8::1'],
  ['a port that is obfuscated', '::1', 'proto=https; for="198.51.100.7:_a-b.c"', '198.51.100.7'],
  ['IPv4 in the notation of IPv6', '::1', 'for="[::ffff:198.51.100.7]"', '198.51.100.7'],
  ['what is quoted, with separators in it', '::1', 'host="a,b;for=\\"";for="198.51.100.\\7"', '198.51.100.7'],
  ['the last, past elements that are empty', '10.1.1.1', 'for=198.51.100.7, ,for=10.2.2.2,', '198.51.100.7'],
  [
    'the proxy that hides its client behind a name with a port',
    '10.1.1.1',
    'for=1.1.1.1, for="_gazonk:80"',
    '10.1.1.1',
  ],
  ['the peer, when a port is none', '10.1.1.1', 'for="198.51.100.7:port"', '10.1.1.1'],
  ['the peer, when brackets hold IPv4', '10.1.1.1', 'for="[198.51.100.7]"', '10.1.1.1'],
  ['the client, whatever stands before', '10.1.1.1', 'for=nonsense, for=198.51.100.7', '198.51.100.7'],
  ['the peer, when an element has no address', '10.1.1.1', 'for=198.51.100.7, proto=https', '10.1.1.1'],
])('tells %s', (_what, peer, forwarded, expected) => {
  expect(from(peer, forwarded)).toBe(expected);
});

it('warns once of what cannot be read, and not of what a proxy hides, or what does not matter', () => {
  const warned: unknown[] = [];
  const read = createClientAddress(trusted, { warn: (fields: unknown) => void warned.push(fields) });
  const ask = (forwarded: string) => read({ headers: { forwarded }, socket: { remoteAddress: '10.1.1.1' } as Socket });
  for (const forwarded of ['for=unknown', 'for=_gazonk', 'proto=https', 'for=nonsense, for=198.51.100.7', '']) {
    ask(forwarded);
  }
  expect(warned).toEqual([]);
  for (let n = 0; n < 3; n += 1) expect(ask(`for=10.2.2.2-${String(n)}`)).toBe('10.1.1.1');
  expect(warned).toEqual([{ proxy: '10.1.1.1', forwarded: '10.2.2.2-0' }]);
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
  expect(() => createClientAddress(['nonsense'], { warn: () => {} })).toThrow('nonsense');
});
