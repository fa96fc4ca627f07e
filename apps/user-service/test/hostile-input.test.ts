import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredUser } from '../src/user.ts';
import { bootService, newUser, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let admin: StoredUser;
let someone: StoredUser;
beforeAll(async () => {
  service = await bootService();
  admin = await service.addUser(['admin']);
  someone = await service.addUser();
});
afterAll(() => service[Symbol.asyncDispose]());

const strings = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  "'; DROP TABLE users; --",
  '${7*7}',
  '../../etc/passwd',
  '🙂'.repeat(80),
  '',
];

it.each(['email', 'name', 'password'])('no %s makes it fail', async (field) => {
  for (const value of [...strings, null, 7, true, [], {}, ['a'], 'x'.repeat(90_000)]) {
    const answer = await service.send('POST', '/users', { as: admin, body: { ...newUser(), [field]: value } });
    expect([201, 400], JSON.stringify(value).slice(0, 50)).toContain(answer.status);
    if (answer.status === 400) {
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body['code']).toBe('invalid_request');
    }
  }
  expect(await service.database.query('SELECT FROM users')).not.toHaveLength(0);
});

it.each(['1', 'x', '%00', `${randomUUID()}x`, `{${randomUUID()}}`, "1' OR '1'='1", '%F0%9F', '..%2f', 'null'])(
  'an id of %j is a mistake of the caller',
  async (id) => {
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const ordinary = await service.send(method, `/users/${id}`, {
        as: someone,
        ...(method === 'PATCH' ? { body: { name: 'x' } } : {}),
      });
      expect([400, 404], method).toContain(ordinary.status);
      const body = method === 'PATCH' ? { body: { name: 'x' } } : {};
      const answer = await service.send(method, `/users/${id}`, { as: admin, ...body });
      expect(answer.status, method).toBeGreaterThanOrEqual(400);
      expect(answer.status, method).toBeLessThan(500);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  },
);

it.each([
  ['malformed JSON', { raw: '{"email":' }, 400, 'bad_request'],
  ['no body', {}, 400, 'invalid_request'],
  ['an array', { body: [] }, 400, 'invalid_request'],
  ['an unknown field', { body: { ...newUser(), admin: true } }, 400, 'invalid_request'],
  ['__proto__', { raw: `{"__proto__":{"roles":["admin"]},"email":"p@example.com"}` }, 400, 'invalid_request'],
  [
    'another type',
    { raw: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    'unsupported_media_type',
  ],
  [
    'a body of 10 MB',
    { raw: JSON.stringify({ ...newUser(), name: 'x'.repeat(10_000_000) }) },
    413,
    'payload_too_large',
  ],
  ['bytes that are not UTF-8', { raw: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) }, 400, undefined],
])('%s is answered with its code', async (_name, options, status, code) => {
  const answer = await service.send('POST', '/users', { as: admin, ...options });
  expect(answer.status).toBe(status);
  if (code !== undefined) expect(answer.body['code']).toBe(code);
});

it('a role that is not known, or none at all, is refused', async () => {
  for (const roles of [[], ['root'], ['user', 'root'], 'admin', {}, [null]])
    expect(await service.send('POST', '/users', { as: admin, body: { ...newUser(), roles } })).toMatchObject({
      status: 400,
    });
});

it('another method on a path that exists is 405 and names the ones that do', async () => {
  const answer = await service.send('PUT', '/users', { as: admin });
  expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  expect(answer.headers.get('allow')).toBe('GET, POST, HEAD');
});
