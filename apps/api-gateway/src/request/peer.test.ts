import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createPeers } from './peer.ts';

/** What a gateway makes of a request, and what it warns of. */
function openPeers() {
  const warned: unknown[] = [];
  const peers = createPeers(['127.0.0.0/8', '10.0.0.0/8'], { warn: (fields: unknown) => void warned.push(fields) });
  const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
    peers({ headers, socket: { remoteAddress } as Socket });
  return { warned, from };
}
const { from } = openPeers();

it('trusts forwarding headers of trusted proxies only', () => {
  expect(from('192.0.2.1', { forwarded: 'for=1.1.1.1', 'x-forwarded-for': '2.2.2.2' })).toEqual({
    address: '192.0.2.1',
    network: '192.0.2.1',
    trusted: false,
    forwarded: undefined,
    node: '192.0.2.1',
  });
});

it('keeps what a trusted proxy said of the way', () => {
  const forwarded = 'for=198.51.100.7;proto=https, for=10.2.2.2';
  expect(from('::ffff:10.1.1.1', { forwarded })).toEqual({
    address: '198.51.100.7',
    network: '198.51.100.7',
    trusted: true,
    forwarded,
    node: '10.1.1.1',
  });
});

it('reads X-Forwarded-For where a trusted proxy has nothing better', () => {
  const peer = from('127.0.0.1', { 'x-forwarded-for': '198.51.100.7, 2001:db8::1, nonsense" , 10.2.2.2' });
  expect(peer.forwarded).toBe('for=198.51.100.7, for="[2001:db8::1]", for=unknown, for=10.2.2.2');
  expect(from('127.0.0.1', { 'x-forwarded-for': '198.51.100.7, 10.2.2.2' }).address).toBe('198.51.100.7');
});

it.each([
  ['198.51.100.8:4444', 'for="198.51.100.8:4444"', '198.51.100.8'],
  ['[2001:db8::1]:4711', 'for="[2001:db8::1]:4711"', '2001:db8::1'],
  ['"[2001:db8::1]"', 'for="[2001:db8::1]"', '2001:db8::1'],
  ['fe80::1%eth0', 'for="[fe80::1]"', 'fe80::1'],
  ['198.51.100.7,, 10.2.2.2 ,', 'for=198.51.100.7, for=10.2.2.2', '198.51.100.7'],
  ['198.51.100.7, _gazonk', 'for=198.51.100.7, for=_gazonk', '127.0.0.1'],
  ['unknown', 'for=unknown', '127.0.0.1'],
])('reads X-Forwarded-For as proxies write it: %s', (hops, forwarded, address) => {
  const { from, warned } = openPeers();
  expect(from('127.0.0.1', { 'x-forwarded-for': hops })).toMatchObject({ forwarded, address });
  expect(from('127.0.0.1', { forwarded, 'x-forwarded-for': hops })).toMatchObject({ forwarded, address });
  expect(warned).toEqual([]);
});

it('counts a client whose address cannot be read as its proxy, and warns once', () => {
  const { from, warned } = openPeers();
  for (const hops of ['198.51.100.7:port', '198.51.100.9/32']) {
    expect(from('127.0.0.1', { 'x-forwarded-for': hops })).toMatchObject({
      forwarded: 'for=unknown',
      address: '127.0.0.1',
    });
  }
  expect(warned).toEqual([{ proxy: '127.0.0.1', forwarded: '198.51.100.7:port' }]);
});

it('believes neither header where the two name different senders: the proxy writes one, its client wrote the other', () => {
  const real = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
  expect(from('127.0.0.1', { forwarded: 'for=192.0.2.66', ...real })).toMatchObject({
    address: '127.0.0.1',
    forwarded: undefined,
  });
  const forwarded = 'for=192.0.2.66, for="198.51.100.7:4711";proto=https';
  expect(from('127.0.0.1', { forwarded, ...real })).toMatchObject({ address: '198.51.100.7', forwarded });
});

it('drops a value to which nothing can be appended', () => {
  expect(from('127.0.0.1', { forwarded: 'for="198.51.100.7' }).forwarded).toBeUndefined();
});

it('writes IPv6 as the standard requires, and what is not known as unknown', () => {
  expect(from('2001:db8::1').node).toBe('"[2001:db8::1]"');
  expect(from('').node).toBe('unknown');
});
