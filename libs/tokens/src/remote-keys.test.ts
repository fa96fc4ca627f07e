import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '@evenkeel/errors';
import { createRemoteKeys } from './remote-keys.ts';
import { createTestKeys } from './testing.ts';

const [jwk] = createTestKeys().jwks.keys;
let server: Server;
let url: string;
let requests: number;
let document: unknown;
let status: number;
let time: number;

beforeEach(async () => {
  requests = 0;
  document = { keys: [jwk] };
  status = 200;
  time = 1_000_000;
  server = createServer((_request, response) => {
    requests++;
    response.writeHead(status).end(JSON.stringify(document));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jwks.json`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const keysAt = (address = url) => createRemoteKeys({ url: address, now: () => time });

it('fetches once for all concurrent callers, and keeps the set', async () => {
  const keys = keysAt();
  const found = await Promise.all([keys.find('test'), keys.find('test'), keys.find('test')]);
  expect(found.every((key) => key?.asymmetricKeyType === 'rsa')).toBe(true);
  await keys.find('test');
  expect(requests).toBe(1);
});

it('looks once more for an unknown key, and not again before the cool-down is over', async () => {
  const keys = keysAt();
  await keys.find('test');
  time += 6_000;
  expect(await keys.find('next')).toBeUndefined();
  document = { keys: [jwk, { ...jwk, kid: 'next' }] };
  expect(await keys.find('next')).toBeUndefined();
  expect(requests).toBe(2);
  time += 6_000;
  expect(await keys.find('next')).toBeDefined();
  expect(requests).toBe(3);
});

it('finds each next key at once, however soon one follows the other, and keeps the cool-down for invented ones', async () => {
  const keys = keysAt();
  await keys.find('test');
  for (const kid of ['next', 'one after that']) {
    document = { keys: [jwk, { ...jwk, kid }] };
    expect(await keys.find(kid), kid).toBeDefined();
  }
  expect(requests).toBe(3);
  const invented = Array.from({ length: 20 }, (_, number) => keys.find(`invented ${String(number)}`));
  expect(new Set(await Promise.all(invented))).toEqual(new Set([undefined]));
  time += 4_000;
  for (let number = 0; number < 20; number++) await keys.find(`invented ${String(number)}`);
  expect(requests).toBe(4);
  // The cool-down begins with the fetch, not with the last invented key.
  time += 1_000;
  document = { keys: [{ ...jwk, kid: 'last' }] };
  expect(await keys.find('last')).toBeDefined();
});

it('forgets a key that is no longer published, within a minute and in the background', async () => {
  const keys = keysAt();
  await keys.find('test');
  document = { keys: [{ ...jwk, kid: 'next' }] };
  time += 61_000;
  expect(await keys.find('test')).toBeDefined();
  await vi.waitFor(async () => expect(await keys.find('test')).toBeUndefined());
});

it('keeps the last good set while the issuer is unavailable or publishes a bad one', async () => {
  const keys = keysAt();
  await keys.find('test');
  for (const bad of [() => (status = 503), () => (document = { keys: [{ ...jwk, alg: 'none' }] })]) {
    bad();
    time += 61_000;
    await keys.find('test');
    expect(await keys.find('unknown')).toBeUndefined();
    expect(await keys.find('test')).toBeDefined();
  }
});

it('keeps a set for an hour while the issuer is unavailable, and no longer: a key may have been withdrawn', async () => {
  const keys = keysAt();
  await keys.find('test');
  status = 503;
  for (let minute = 0; minute < 59; minute++) {
    time += 60_000;
    expect(await keys.find('test')).toBeDefined();
  }
  time += 60_000;
  await expect(keys.find('test')).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '1' } });
  status = 200;
  document = { keys: [{ ...jwk, kid: 'next' }] };
  time += 500;
  expect(await keys.find('test')).toBeUndefined();
  expect(await keys.find('next')).toBeDefined();
});

it('is unavailable as long as it never had a set, and finds the issuer when it comes', async () => {
  status = 503;
  const keys = keysAt();
  const failed: unknown = await keys.find('test').catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(AppError);
  expect((failed as AppError).code).toBe('unavailable');
  status = 200;
  time += 500;
  expect(await keys.find('test')).toBeDefined();
});

it('does not read an endless document', async () => {
  document = { keys: [jwk], filler: 'x'.repeat(200_000) };
  const error: unknown = await keysAt()
    .find('test')
    .catch((e: unknown) => e);
  expect(String((error as AppError).cause)).toContain('too large');
});
