import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '@evenkeel/contracts';
import { bootService, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterAll(() => service[Symbol.asyncDispose]());

const post = (path: string, scope: Scope, body: unknown) =>
  service.send('POST', path, { as: service.keys.serviceToken(scope), body });
const verify = (email: unknown, password: unknown) =>
  post('/internal/credentials/verify', 'credentials:verify', { email, password });

describe('verifying credentials', () => {
  it('returns the account with its version', async () => {
    const user = await service.addUser();
    expect(await verify(user.email.toUpperCase(), PASSWORD)).toMatchObject({
      status: 200,
      body: { id: user.id, email: user.email, roles: ['user'], credentials_version: 1 },
    });
  });

  it('does not reveal whether the email or the password was wrong', async () => {
    const user = await service.addUser();
    const answers = await Promise.all([
      verify(user.email, 'not the password'),
      verify('nobody@example.com', PASSWORD),
      verify('no email at all', PASSWORD),
      verify("' OR 1=1 --", PASSWORD),
      verify('nobody\u0000@example.com', PASSWORD),
      verify(user.email, `${PASSWORD}\u0000`),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual(answers[0]?.body);
    }
    expect(answers[0]?.body['code']).toBe('invalid_credentials');
  });
});

describe('registering', () => {
  it('takes a name and a password for the same, however their characters are typed', async () => {
    const body = { email: 'zoe@example.com', name: 'Zoe\u0308', password: 'cafe\u0301 cafe\u0301' };
    expect(await post('/internal/users', 'users:register', body)).toMatchObject({
      status: 201,
      body: { name: 'Zo\u00eb' },
    });
    for (const form of ['NFC', 'NFD'])
      expect(await verify(body.email, body.password.normalize(form)), form).toMatchObject({ status: 200 });
  });

  it('takes no characters that are not there twice, are not seen or are none', async () => {
    const body = { email: 'eve@example.com', name: 'Eve', password: PASSWORD };
    for (const [path, text] of [
      ['password', 'e\u0301'.repeat(4)],
      ['password', '\ud800'.repeat(8)],
      ['name', '\u200b\u200b'],
      ['name', 'Eve\u202enimda'],
      ['name', 'Eve\udc00'],
    ] as const)
      expect(await post('/internal/users', 'users:register', { ...body, [path]: text })).toMatchObject({
        status: 400,
        body: { errors: [{ path }] },
      });
    // Each lone surrogate became the same character once: none is a password.
    expect(await verify('zoe@example.com', '\ud801'.repeat(8))).toMatchObject({ status: 400 });
  });

  it('makes an ordinary user, who cannot name their roles', async () => {
    const body = { email: 'new@example.com', name: 'New', password: PASSWORD };
    expect(await post('/internal/users', 'users:register', { ...body, roles: ['admin'] })).toMatchObject({
      status: 400,
    });
    const created = await post('/internal/users', 'users:register', body);
    expect(created).toMatchObject({ status: 201, body: { roles: ['user'], credentials_version: 1 } });
    expect(await post('/internal/users', 'users:register', body)).toMatchObject({
      status: 409,
      body: { code: 'email_taken' },
    });
  });

  it('lets one of many through that come at once', async () => {
    const body = { email: 'race@example.com', name: 'Race', password: PASSWORD };
    const answers = await Promise.all(Array.from({ length: 6 }, () => post('/internal/users', 'users:register', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('refuses common passwords, naming the field', async () => {
    const body = { email: 'weak@example.com', name: 'Weak', password: '123456789' };
    expect(await post('/internal/users', 'users:register', body)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'password' }] },
    });
  });
});

describe('reading a user', () => {
  it('returns the current state, or 404', async () => {
    const user = await service.addUser(['admin']);
    const as = service.keys.serviceToken('users:read');
    expect(await service.send('GET', `/internal/users/${user.id}`, { as })).toMatchObject({
      status: 200,
      body: { id: user.id, roles: ['admin'], credentials_version: 1 },
    });
    expect(await service.send('GET', `/internal/users/${randomUUID()}`, { as })).toMatchObject({ status: 404 });
  });
});

describe('each operation takes a token for it alone', () => {
  const operations: [string, string, Scope][] = [
    ['POST', '/internal/credentials/verify', 'credentials:verify'],
    ['POST', '/internal/users', 'users:register'],
    ['GET', `/internal/users/${randomUUID()}`, 'users:read'],
  ];
  it.each(operations)('%s %s', async (method, path, scope) => {
    const { keys, send } = service;
    const others = operations.map(([, , other]) => other).filter((other) => other !== scope);
    const admin = keys.userToken({ roles: ['admin'] });
    for (const as of [admin, ...others.map((other) => keys.serviceToken(other))])
      expect(await send(method, path, { as })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await send(method, path)).toMatchObject({ status: 401 });
    expect(await send(method, path, { as: `${keys.serviceToken(scope)}x` })).toMatchObject({ status: 401 });
  });
});
