import { randomUUID } from 'node:crypto';
import { ENDED_SESSIONS_KEY } from '@evenkeel/contracts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

let gateway: ServiceUnderTest;

beforeAll(async () => {
  gateway = await bootService(
    `routes:
  - { prefix: /auth, upstream: auth-service, token: none }
  - { prefix: /users, upstream: user-service }
  - { prefix: /users/admin, upstream: user-service, roles: [admin] }
  - { prefix: /read, upstream: user-service, token: none, methods: [GET, HEAD] }
  - { prefix: /limited, upstream: user-service, token: none, rate_limit: { requests: 2, window_s: 60 } }
  - { prefix: /limited/users, upstream: user-service, rate_limit: { requests: 1, window_s: 60 } }
`,
    { CORS_ORIGINS: 'https://app.example.com, http://localhost:3000' },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

const ask = (path: string, init?: RequestInit) => fetch(gateway.url + path, init);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('routes', () => {
  it('send a request to its upstream as it is', async () => {
    const response = await ask('/auth/login?x=%2F&y', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-own': 'kept' },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      method: 'POST',
      url: '/auth/login?x=%2F&y',
      bytes: 7,
      headers: { 'x-own': 'kept', 'content-length': '7', host: `127.0.0.1:${String(gateway.auth.port)}` },
    });
  });

  it('are all there is: the rest is 404, and so is /internal', async () => {
    for (const path of ['/', '/user', '/internal/users', '/INTERNAL/users', '/%69nternal/users']) {
      const response = await ask(path);
      expect([path, response.status, await codeOf(response)]).toEqual([path, 404, 'not_found']);
    }
  });

  it('are not at /, where a browser gets a page with links, and a program a problem', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
    const page = await ask('/', { headers: browser });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const text = await page.text();
    expect(text).toMatch(/href="http:\/\/127\.0\.0\.1:\d+\/docs"/);
    expect(text).not.toContain('<script');
    for (const accept of ['*/*', 'application/json', 'application/problem+json']) {
      const response = await ask('/', { headers: { accept } });
      expect([response.status, await codeOf(response)]).toEqual([404, 'not_found']);
    }
    expect((await ask('/', { method: 'POST', headers: browser })).status).toBe(404);
    expect((await ask('/nothing', { headers: browser })).status).toBe(404);
  });

  it('take their methods only', async () => {
    const response = await ask('/read', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('refuse WebSockets clearly', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
      request(`${gateway.url}/read`, { headers }, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(501);
  });
});

describe('every response', () => {
  it('has the security headers and an id, which the upstream saw as well', async () => {
    const response = await ask('/read');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const id = response.headers.get('x-request-id');
    expect(await response.json()).toMatchObject({ headers: { 'x-request-id': id } });
    const given = await ask('/read', { headers: { 'x-request-id': 'from-the-client-1' } });
    expect(given.headers.get('x-request-id')).toBe('from-the-client-1');
    expect(JSON.stringify(gateway.log)).toContain(`"request_id":"${String(id)}"`);
  });

  it('is a problem when the gateway refuses', async () => {
    const response = await ask('/nothing');
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('x-request-id')).not.toBeNull();
  });
});

describe('tokens', () => {
  it('are needed, and must be good', async () => {
    const none = await ask('/users/me');
    expect([none.status, none.headers.get('www-authenticate'), await codeOf(none)]).toEqual([
      401,
      'Bearer',
      'unauthenticated',
    ]);
    const bad = await ask('/users/me', { headers: bearer('a.b.c') });
    expect([bad.status, await codeOf(bad)]).toEqual([401, 'invalid_token']);
    const old = await ask('/users/me', { headers: bearer(gateway.keys.userToken({ lifetime: -60 })) });
    expect([old.status, await codeOf(old)]).toEqual([401, 'invalid_token']);
  });

  it('that are forged are not even checked any more when there were too many', async () => {
    await using other = await bootService('routes: [{ prefix: /users, upstream: user-service }]');
    const good = bearer(other.keys.userToken());
    const statusFor = async (headers: Record<string, string>) =>
      (await fetch(`${other.url}/users`, { headers })).status;
    expect(await statusFor(good)).toBe(200);
    const forged = Array.from({ length: 310 }, () => other.keys.userToken().replace(/[^.]+$/, 'AAAA'));
    const statuses = await Promise.all(forged.map((token) => statusFor(bearer(token))));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(300);
    expect(await statusFor(good)).toBe(200);
    expect(await statusFor(bearer(other.keys.userToken()))).toBe(429);
  });

  it('go on to the service, which looks at them itself', async () => {
    const token = gateway.keys.userToken();
    const response = await ask('/users/me', { headers: bearer(token) });
    expect(await response.json()).toMatchObject({ headers: { authorization: `Bearer ${token}` } });
  });

  it('of services do not pass for those of users', async () => {
    const response = await ask('/users/me', { headers: bearer(gateway.keys.serviceToken('users:read')) });
    expect(response.status).toBe(403);
  });

  it('need one of the roles, if the route has some', async () => {
    const user = await ask('/users/admin/x', { headers: bearer(gateway.keys.userToken()) });
    expect([user.status, await codeOf(user)]).toEqual([403, 'forbidden']);
    const admin = await ask('/users/Admin', { headers: bearer(gateway.keys.userToken({ roles: ['admin'] })) });
    expect(admin.status).toBe(200);
  });

  it('stop working within a second once their session has ended, and only those', async () => {
    const sid = randomUUID();
    const headers = bearer(gateway.keys.userToken({ sid }));
    expect((await ask('/users/me', { headers })).status).toBe(200);
    const redis = new Redis(gateway.redis.url, { password: gateway.redis.password });
    await redis.zadd(ENDED_SESSIONS_KEY, Date.now(), sid);
    redis.disconnect();
    await expect.poll(async () => (await ask('/users/me', { headers })).status).toBe(401);
    expect((await ask('/users/me', { headers: bearer(gateway.keys.userToken()) })).status).toBe(200);
  });
});

describe('rate limits', () => {
  it('refuse what exceeds them, with Retry-After', async () => {
    const first = await ask('/limited');
    expect(first.headers.get('ratelimit-policy')).toBe('"route";q=2;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"route";r=1;t=\d+$/);
    await ask('/limited');
    const third = await ask('/limited');
    expect([third.status, await codeOf(third)]).toEqual([429, 'rate_limited']);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(third.headers.get('ratelimit')).toMatch(/r=0/);
  });

  it('count each user by themselves', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()].map((sub) => bearer(gateway.keys.userToken({ sub })));
    const statusFor = async (headers = ada) => (await ask('/limited/users', { headers: headers ?? {} })).status;
    expect([await statusFor(), await statusFor(bob), await statusFor()]).toEqual([200, 200, 429]);
  });
});

describe('CORS', () => {
  const origin = 'https://app.example.com';

  it('lets the configured origins read responses, problems included', async () => {
    for (const path of ['/read', '/nothing']) {
      const { headers } = await ask(path, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toContain('Origin');
    }
    const stranger = await ask('/read', { headers: { origin: 'https://evil.example.com' } });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    expect(stranger.headers.get('vary')).toContain('Origin');
  });

  it('responds to preflights by the rules of the route, without calling the service', async () => {
    const before = gateway.users.requests.length;
    const preflight = (from: string) =>
      ask('/read', { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'GET' } });
    const allowed = await preflight(origin);
    expect([allowed.status, allowed.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD']);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect((await preflight('https://evil.example.com')).status).toBe(403);
    expect(gateway.users.requests.length).toBe(before);
  });

  it('does not let a service decide, and keeps what its response varies by', async () => {
    gateway.users.handler = (_request, response) => {
      response.writeHead(200, { 'access-control-allow-origin': '*', vary: 'Accept-Language' }).end();
    };
    const { headers } = await ask('/read', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('vary')).toBe('Accept-Language, Origin');
  });
});

describe('a reload', () => {
  it('swaps the routes as a whole, and keeps the last good ones when there is a mistake', async () => {
    await using other = await bootService('routes: [{ prefix: /old, upstream: user-service, token: none }]');
    const statusOf = async (path: string) => (await fetch(other.url + path)).status;
    expect([await statusOf('/old'), await statusOf('/new')]).toEqual([200, 404]);

    other.writeRoutes('routes:\n  - prefix: /new\n    upstream: nobody\n');
    expect(other.config.reload()).toBe(false);
    expect(other.config.state.error).toMatch(/routes\.yaml:3: ROUTES: routes\.0\.upstream: must be one of/);
    expect([await statusOf('/old'), await statusOf('/new')]).toEqual([200, 404]);

    other.writeRoutes('routes: [{ prefix: /new, upstream: user-service, token: none }]');
    expect(other.config.reload()).toBe(true);
    expect([await statusOf('/old'), await statusOf('/new')]).toEqual([404, 200]);
  });
});
