import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

const ORIGIN = 'https://app.example.com';

let gateway: ServiceUnderTest;

beforeAll(async () => {
  gateway = await bootService(
    `routes:
  - { prefix: /, upstream: user-service, token: none, methods: [DELETE] }
  - { prefix: /people, upstream: auth-service, token: none, methods: [GET, HEAD] }
  - { prefix: /people, upstream: user-service, roles: [admin], methods: [POST] }
  - { prefix: /People, upstream: user-service, methods: [PATCH] }
  - { prefix: /people/me, upstream: user-service, token: none, methods: [PUT] }
  - { prefix: /limited, upstream: user-service, methods: [GET], rate_limit: { requests: 1, window_s: 600 } }
  - { prefix: /limited, upstream: user-service, methods: [PATCH], rate_limit: { requests: 1, window_s: 600 } }
`,
    { CORS_ORIGINS: ORIGIN },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(gateway.url + path, { method, headers });
const signedIn = (options: Parameters<typeof gateway.keys.userToken>[0] = {}) => ({
  authorization: `Bearer ${gateway.keys.userToken(options)}`,
});

it('puts each method of a prefix under the rules of its own route', async () => {
  const read = await ask('GET', '/people/42');
  expect(await read.json()).toMatchObject({ headers: { host: `127.0.0.1:${String(gateway.auth.port)}` } });
  expect((await ask('PATCH', '/people/42')).status).toBe(401);
  const changed = await ask('PATCH', '/people/42', signedIn());
  expect(await changed.json()).toMatchObject({ headers: { host: `127.0.0.1:${String(gateway.users.port)}` } });
  expect((await ask('POST', '/people', signedIn())).status).toBe(403);
  expect((await ask('POST', '/people', signedIn({ roles: ['admin'] }))).status).toBe(200);
});

it.each([
  ['/people/42', 'DELETE', 'GET, HEAD, POST, PATCH'],
  ['/people/me', 'PATCH', 'PUT'],
  ['/elsewhere', 'PATCH', 'DELETE'],
])('answers for %s that no route of its prefix takes %s', async (path, method, allow) => {
  const response = await ask(method, path, signedIn());
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
});

it('responds to a preflight with the methods of all routes of the prefix', async () => {
  const response = await ask('OPTIONS', '/people/42', { origin: ORIGIN, 'access-control-request-method': 'PATCH' });
  const methods = response.headers.get('access-control-allow-methods');
  expect([response.status, methods]).toEqual([204, 'GET, HEAD, POST, PATCH']);
});

it('counts the routes of a prefix apart, even where their limits are the same', async () => {
  const headers = signedIn({ sub: randomUUID() });
  const statuses = [];
  for (const method of ['GET', 'PATCH', 'GET', 'PATCH']) statuses.push((await ask(method, '/limited', headers)).status);
  expect(statuses).toEqual([200, 200, 429, 429]);
});

it('limits how many emails a user can try on their own profile, with the shipped routes', async () => {
  const shipped = readFileSync(join(import.meta.dirname, '..', 'routes.yaml'), 'utf8');
  await using other = await bootService(shipped);
  const [sub, bystander] = [randomUUID(), randomUUID()];
  const send = async (user: string, method: string, path: string) => {
    const headers = { authorization: `Bearer ${other.keys.userToken({ sub: user })}` };
    return (await fetch(other.url + path, { method, headers })).status;
  };
  const statuses = [];
  for (let index = 0; index < 61; index++) statuses.push(await send(sub, 'PATCH', `/users/${sub}`));
  expect(statuses.indexOf(429)).toBe(60);
  // In any spelling of the path, and for no other user or method.
  expect(await send(sub, 'PATCH', `/USERS/${sub}/?x`)).toBe(429);
  expect(await send(sub, 'GET', `/users/${sub}`)).toBe(200);
  expect(await send(bystander, 'PATCH', `/users/${bystander}`)).toBe(200);
});
