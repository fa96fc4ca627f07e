import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { ENDED_SESSIONS_KEY } from '@evenkeel/contracts';
import { testRedis } from '@evenkeel/testing';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { bootService } from './service-under-test.ts';

const routes = `routes:
  - { prefix: /x, upstream: user-service, token: none, rate_limit: { requests: 3, window_s: 600 } }
  - { prefix: /me, upstream: user-service }
`;

it('routes what needs no token while Redis is unavailable from the start', async () => {
  await using gateway = await bootService(routes, { REDIS_URL: 'redis://127.0.0.1:1/0' });
  const statuses = [];
  for (let index = 0; index < 4; index++) statuses.push((await fetch(`${gateway.url}/x`)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  await expect(gateway.checks['redis']?.check(AbortSignal.timeout(1_000))).rejects.toThrow();
});

it('accepts no token before it has read the list of ended sessions once', async () => {
  await using redis = await testRedis();
  await using line = await pausable(redis.url);
  line.pause();
  await using gateway = await bootService(routes, { REDIS_URL: line.url, REDIS_PASSWORD: redis.password });
  const [ended, open] = [randomUUID(), randomUUID()];
  await using auth = closing(new Redis(redis.url, { password: redis.password }));
  await auth.client.zadd(ENDED_SESSIONS_KEY, Date.now(), ended);
  const ask = (sid: string) =>
    fetch(`${gateway.url}/me`, { headers: { authorization: `Bearer ${gateway.keys.userToken({ sid })}` } });
  for (const sid of [ended, open]) {
    const answer = await ask(sid);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  }
  expect((await fetch(`${gateway.url}/me`)).status).toBe(401);
  expect((await fetch(`${gateway.url}/x`)).status).toBe(200);

  line.resume();
  await expect.poll(async () => (await ask(open)).status).toBe(200);
  expect((await ask(ended)).status).toBe(401);
});

it('keeps the known list while Redis is silent, and continues reading when it is back', async () => {
  await using redis = await testRedis();
  await using line = await pausable(redis.url);
  await using gateway = await bootService(routes, { REDIS_URL: line.url, REDIS_PASSWORD: redis.password });
  const auth = new Redis(redis.url, { password: redis.password });
  const [before, meanwhile] = [randomUUID(), randomUUID()];
  const end = (sid: string) => auth.zadd(ENDED_SESSIONS_KEY, Date.now(), sid);
  const statusOf = async (sid: string) => {
    const authorization = `Bearer ${gateway.keys.userToken({ sid })}`;
    return (await fetch(`${gateway.url}/me`, { headers: { authorization } })).status;
  };
  await end(before);
  await expect.poll(() => statusOf(before)).toBe(401);

  line.pause();
  await end(meanwhile);
  expect((await fetch(`${gateway.url}/x`)).status).toBe(200);
  await expect(gateway.checks['redis']?.check(AbortSignal.timeout(1_000))).rejects.toThrow();
  expect([await statusOf(before), await statusOf(meanwhile), await statusOf(randomUUID())]).toEqual([401, 200, 200]);
  await expect.poll(() => JSON.stringify(gateway.log)).toContain('those already read stay refused');

  line.resume();
  await expect.poll(() => statusOf(meanwhile)).toBe(401);
  expect(JSON.stringify(gateway.log)).toContain('ended sessions are readable again');
  auth.disconnect();
});

function closing(client: Redis) {
  return { client, [Symbol.asyncDispose]: async () => void (await client.quit()) };
}

/** A proxy to Redis that can fall silent, like a stopped server: its connections stay open. */
async function pausable(url: string) {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  let paused = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
      if (paused) from.unpipe().pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    pause() {
      paused = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    /** Closes hung connections; new ones are served. */
    resume() {
      paused = false;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
