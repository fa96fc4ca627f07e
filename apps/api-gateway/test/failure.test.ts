import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';
import { describeRequest } from './upstream.ts';

const OPEN_MS = 300;
let gateway: ServiceUnderTest;

beforeEach(async () => {
  gateway = await bootService(`routes:
  - { prefix: /read, upstream: user-service, token: none, timeout_ms: 2000 }
  - { prefix: /brief, upstream: user-service, token: none, timeout_ms: 300 }
  - { prefix: /once, upstream: user-service, token: none, retries: 0 }
  - { prefix: /fresh, upstream: user-service, stale_if_error_s: 60 }
  - { prefix: /split, upstream: user-service, token: none, methods: [GET], stale_if_error_s: 60 }
  - { prefix: /split, upstream: user-service, methods: [PATCH] }
  - { prefix: /open, upstream: user-service, token: none, stale_if_error_s: 60 }
breaker: { failures: 3, window_ms: 10000, open_ms: ${String(OPEN_MS)} }
`);
});
afterEach(() => gateway[Symbol.asyncDispose]());

const ask = (path: string, init?: RequestInit) => fetch(gateway.url + path, init);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

async function outcome(path: string, init?: RequestInit): Promise<[number, string]> {
  const response = await ask(path, init);
  const body = (await response.json()) as { code?: string };
  return [response.status, body.code ?? ''];
}

async function openBreaker(): Promise<void> {
  await gateway.users.stop();
  for (let index = 0; index < 3; index++) await ask('/read').then((response) => response.text());
  expect(JSON.stringify(gateway.log)).toContain('"breaker":"open"');
}

describe('a broken connection', () => {
  /** Closes the connection of the first `cuts` requests, and responds to those after them. */
  const cutting = (cuts: number) => {
    let seen = 0;
    gateway.users.handler = (request, response) => {
      if (seen++ < cuts) request.socket.destroy();
      else describeRequest(request, response);
    };
  };

  it('is retried once, on another connection, when the request is safe', async () => {
    for (const method of ['GET', 'HEAD']) {
      cutting(1);
      const before = { requests: gateway.users.requests.length, connections: gateway.users.connections() };
      expect((await ask('/read', { method })).status).toBe(200);
      expect(gateway.users.requests.length - before.requests).toBe(2);
      expect(gateway.users.connections() - before.connections).toBeGreaterThan(0);
      const [first, second] = gateway.users.requests.slice(-2);
      expect(first?.socket).not.toBe(second?.socket);
    }
  });

  it('is 503 when the second one breaks too', async () => {
    cutting(2);
    expect(await outcome('/read')).toEqual([503, 'unavailable']);
    expect(gateway.users.requests.length).toBe(2);
  });

  it('is 503 at once when the route has no retries', async () => {
    cutting(1);
    expect(await outcome('/once')).toEqual([503, 'unavailable']);
    expect(gateway.users.requests.length).toBe(1);
  });

  it.each([{ method: 'POST', body: 'x' }, { method: 'DELETE' }])(
    'is 502 at once after %j, which may have changed something: a 503 says that nothing was done',
    async (init) => {
      cutting(1);
      expect(await outcome('/read', init)).toEqual([502, 'bad_gateway']);
      expect(gateway.users.requests.length).toBe(1);
    },
  );

  it('is not retried once the response has begun', async () => {
    gateway.users.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    };
    const response = await ask('/read');
    await expect(response.text()).rejects.toThrow();
    expect(gateway.users.requests.length).toBe(1);
  });
});

describe('an upstream', () => {
  it('is looked for without a request, which it would log', async () => {
    const check = () => gateway.checks['user-service']?.check(AbortSignal.timeout(10_000));
    await check();
    expect(gateway.users.requests).toEqual([]);
    await gateway.users.stop();
    await expect(check()).rejects.toThrow();
  });

  it('that is unavailable is 503, with Retry-After', async () => {
    await gateway.users.stop();
    const response = await ask('/read');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await outcome('/read', { method: 'POST', body: 'x' })).toEqual([503, 'unavailable']);
  });

  it('that does not respond in time is 504, and is not retried', async () => {
    gateway.users.handler = () => undefined;
    expect(await outcome('/brief')).toEqual([504, 'timeout']);
    expect(await outcome('/brief', { method: 'POST', body: 'x' })).toEqual([504, 'timeout']);
    expect(gateway.users.requests.length).toBe(2);
  });

  it('that fails keeps its own response: 500 is 500, and no reason to open the breaker', async () => {
    gateway.users.handler = (_request, response) => void response.writeHead(500).end('{}');
    for (let index = 0; index < 10; index++) expect((await ask('/read')).status).toBe(500);
    expect(JSON.stringify(gateway.log)).not.toContain('"breaker"');
  });
});

describe('too many requests at one upstream', () => {
  it('are 503 at once, and leave the others alone', async () => {
    await using other = await bootService(`routes:
  - { prefix: /users, upstream: user-service, token: none }
  - { prefix: /auth, upstream: auth-service, token: none }
max_in_flight: 2
`);
    let finish: (() => void)[] = [];
    other.users.handler = (_request, response) => void finish.push(() => response.end());
    const held = [fetch(`${other.url}/users`), fetch(`${other.url}/users`)];
    await expect.poll(() => finish.length).toBe(2);
    expect((await fetch(`${other.url}/users`)).status).toBe(503);
    expect((await fetch(`${other.url}/auth`)).status).toBe(200);
    for (const end of finish) end();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    finish = [];
    const next = fetch(`${other.url}/users`);
    await expect.poll(() => finish.length).toBe(1);
    finish[0]?.();
    expect((await next).status).toBe(200);
  });
});

describe('the breaker', () => {
  it('refuses what would fail, and sends none of it to the upstream', async () => {
    await using other = await bootService(`routes: [{ prefix: /read, upstream: user-service, token: none, retries: 0 }]
breaker: { failures: 3, window_ms: 600000, open_ms: 600000 }
`);
    other.users.handler = (incoming) => void incoming.socket.destroy();
    const answers = [];
    for (let index = 0; index < 6; index++) answers.push(await fetch(`${other.url}/read`));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(503));
    expect(other.users.requests.length).toBe(3);
    const retryAfter = answers.map(({ headers }) => Number(headers.get('retry-after')));
    expect(retryAfter.map((seconds) => seconds > 1)).toEqual([false, false, false, true, true, true]);
  });

  it('closes by itself when the upstream is back', async () => {
    await openBreaker();
    await gateway.users.start();
    await expect.poll(async () => (await ask('/read')).status).toBe(200);
    expect(JSON.stringify(gateway.log)).toContain('"breaker":"closed"');
  });

  it('closes also while the request that tries the upstream is slow to come', async () => {
    await openBreaker();
    await gateway.users.start();
    await sleep(OPEN_MS + 10);
    const before = gateway.users.requests.length;
    const slow = request(`${gateway.url}/read`, { method: 'POST', headers: { 'content-length': '10' } });
    slow.on('error', () => undefined).write('half');
    await expect.poll(() => gateway.users.requests.length).toBe(before + 1);
    await expect.poll(async () => (await ask('/read')).status).toBe(200);
    slow.destroy();
  });

  it('is one for each upstream', async () => {
    await using other = await bootService(`routes:
  - { prefix: /users, upstream: user-service, token: none }
  - { prefix: /auth, upstream: auth-service, token: none }
breaker: { failures: 1, open_ms: 60000 }
`);
    await other.users.stop();
    await fetch(`${other.url}/users`);
    expect((await fetch(`${other.url}/users`)).status).toBe(503);
    expect((await fetch(`${other.url}/auth`)).status).toBe(200);
  });

  it('lets the first request through soon after the upstream is back, however long it was to stay open', async () => {
    await using other = await bootService(`routes: [{ prefix: /read, upstream: user-service, token: none }]
breaker: { failures: 1, open_ms: 600000 }
`);
    const read = async () => (await fetch(`${other.url}/read`)).status;
    await other.users.stop();
    expect([await read(), await read()]).toEqual([503, 503]);
    await other.users.start();
    await expect.poll(read).toBe(200);
  });

  it('of a slow route leaves the other routes of its upstream alone', async () => {
    gateway.users.handler = (request, response) => {
      if (request.url !== '/brief') describeRequest(request, response);
    };
    for (let index = 0; index < 3; index++) expect((await ask('/brief')).status).toBe(504);
    expect(await outcome('/brief')).toEqual([503, 'unavailable']);
    expect((await ask('/read')).status).toBe(200);
    expect(JSON.stringify(gateway.log)).toContain('"route":"/brief","breaker":"open"');
  });

  it('counts half a response, and is not closed by one that says that the upstream is not well', async () => {
    gateway.users.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    };
    for (let index = 0; index < 3; index++) {
      const response = await ask('/read');
      await expect(response.text()).rejects.toThrow();
    }
    gateway.users.handler = (_request, response) => void response.writeHead(503).end();
    await expect.poll(async () => (await ask('/read')).headers.has('retry-after')).toBe(false);
    expect(JSON.stringify(gateway.log)).not.toContain('"breaker":"closed"');
    gateway.users.handler = describeRequest;
    await expect.poll(async () => (await ask('/read')).status).toBe(200);
    expect(JSON.stringify(gateway.log)).toContain('"breaker":"closed"');
  });

  it('does not count clients that disconnect', async () => {
    gateway.users.handler = () => undefined;
    for (let index = 0; index < 5; index++) {
      const leaving = AbortSignal.timeout(100);
      await expect(ask('/read', { signal: leaving })).rejects.toThrow();
    }
    gateway.users.handler = describeRequest;
    expect((await ask('/read')).status).toBe(200);
  });
});

describe('the last good copy', () => {
  it('is returned while the upstream is unavailable, and says so', async () => {
    gateway.users.handler = (_request, response) => {
      response.setHeader('etag', '"v1"').setHeader('cache-control', 'private, max-age=0');
      response.end('{"version":1}');
    };
    const caller = bearer(gateway.keys.userToken());
    const fresh = await ask('/fresh/me', caller);
    expect([await fresh.json(), fresh.headers.get('cache-status')]).toEqual([{ version: 1 }, null]);
    await openBreaker();
    await sleep(1_100);

    const stale = await ask('/fresh/me', caller);
    expect([stale.status, await stale.json()]).toEqual([200, { version: 1 }]);
    expect(Number(stale.headers.get('age'))).toBeGreaterThanOrEqual(1);
    expect(stale.headers.get('cache-status')).toMatch(/^api-gateway; hit; ttl=-\d+; detail=upstream-unavailable$/);
    expect(stale.headers.get('x-request-id')).not.toBeNull();
    // Without a Cache-Control of its own, fetch adds `no-cache` to a condition.
    const condition = { 'if-none-match': 'W/"v0", "a,b", "v1"', 'cache-control': 'max-age=0' };
    const unchanged = await ask('/fresh/me', { headers: { ...caller.headers, ...condition } });
    expect(unchanged.status).toBe(304);
  });

  it('is never that of another caller, and still needs a good token', async () => {
    const [ada, bob] = [bearer(gateway.keys.userToken()), bearer(gateway.keys.userToken())];
    expect((await ask('/fresh/me', ada)).status).toBe(200);
    await ask('/open/x', { headers: { cookie: 'session=ada' } });
    await openBreaker();
    expect((await ask('/fresh/me', ada)).status).toBe(200);
    expect((await ask('/fresh/me', bob)).status).toBe(503);
    expect((await ask('/fresh/me')).status).toBe(401);
    expect((await ask('/open/x', { headers: { cookie: 'session=ada' } })).status).toBe(200);
    expect((await ask('/open/x')).status).toBe(503);
    expect((await ask('/open/x', { headers: { authorization: 'Bearer other' } })).status).toBe(503);
  });

  it('is found by the same user with a new token', async () => {
    const sub = '5f0f3b64-2b5b-4c39-9a53-0e9f3bb8a6a1';
    await ask('/fresh/me', bearer(gateway.keys.userToken({ sub })));
    await openBreaker();
    expect((await ask('/fresh/me', bearer(gateway.keys.userToken({ sub })))).status).toBe(200);
    const demoted = bearer(gateway.keys.userToken({ sub, roles: ['user', 'admin'] }));
    expect((await ask('/fresh/me', demoted)).status).toBe(503);
  });

  it('is none of what was forbidden to keep, what was changed since, or where the route has none', async () => {
    gateway.users.handler = (request, response) => {
      if (request.url === '/open/secret') response.setHeader('cache-control', 'no-store');
      response.end('{}');
    };
    for (const path of ['/open/secret', '/open/changed', '/read']) await ask(path);
    await ask('/open/changed', { method: 'PATCH', body: '{}' });
    await openBreaker();
    for (const path of ['/open/secret', '/open/changed', '/read'])
      expect([path, (await ask(path)).status]).toEqual([path, 503]);
    expect((await ask('/open/changed', { method: 'POST' })).status).toBe(503);
  });

  it('is none of what was changed by another route of the same prefix', async () => {
    for (const path of ['/split/changed', '/split/kept']) expect((await ask(path)).status).toBe(200);
    const change = { method: 'PATCH', body: '{}', ...bearer(gateway.keys.userToken()) };
    expect((await ask('/split/changed', change)).status).toBe(200);
    await openBreaker();
    expect((await ask('/split/kept')).status).toBe(200);
    expect((await ask('/split/changed')).status).toBe(503);
  });
});
