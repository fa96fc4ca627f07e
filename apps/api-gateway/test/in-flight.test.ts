import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

let gateway: ServiceUnderTest;
const held: ServerResponse[] = [];

beforeAll(async () => {
  gateway = await bootService('routes: [{ prefix: /, upstream: user-service, token: none, max_in_flight: 2 }]');
  gateway.users.handler = (_request, response) => void held.push(response);
});
afterAll(() => gateway[Symbol.asyncDispose]());
afterEach(() => {
  for (const response of held.splice(0)) response.end();
});

const send = (address: string, init?: RequestInit) =>
  fetch(gateway.url, { ...init, headers: { forwarded: `for=${address}` } });
const reached = (count: number) => expect.poll(() => held.length).toBe(count);

it('refuses a client that has too many requests in flight, and no other client', async () => {
  const waiting = [send('192.0.2.1'), send('192.0.2.1')];
  await reached(2);
  const refused = await send('192.0.2.1');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
  waiting.push(send('192.0.2.2'));
  await reached(3);
  for (const response of held.splice(0)) response.end();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);

  const next = send('192.0.2.1');
  await reached(1);
  held[0]?.end();
  expect((await next).status).toBe(200);
});

it('counts a request no longer when its client has disconnected', async () => {
  const leave = new AbortController();
  const left = [1, 2].map(() => send('192.0.2.3', { signal: leave.signal }));
  await reached(2);
  leave.abort();
  await Promise.allSettled(left);
  gateway.users.handler = (_request, response) => void response.end();
  await expect.poll(async () => (await send('192.0.2.3')).status).toBe(200);
});
