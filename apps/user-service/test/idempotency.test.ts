import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimKey } from '../src/store/idempotency-key.ts';
import type { StoredUser } from '../src/user.ts';
import { bootService, newUser, NEVER, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let admin: StoredUser;

beforeAll(async () => {
  service = await bootService();
  admin = await service.addUser(['admin']);
});
afterAll(() => service[Symbol.asyncDispose]());

const create = (key: string, body: unknown, as = admin) =>
  service.send('POST', '/users', { as, body, headers: { 'idempotency-key': key } });

async function countUsers(email: string): Promise<number> {
  return (await service.database.query('SELECT FROM users WHERE email = $1', [email])).length;
}

describe('a request with an Idempotency-Key', () => {
  it('is carried out once, and gets the same response each time', async () => {
    const [key, body] = [randomUUID(), newUser()];
    const first = await create(key, body);
    expect(first.status).toBe(201);
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    const again = await create(key, body);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));
  });

  it('is carried out once when it comes many times at once', async () => {
    const [key, body] = [randomUUID(), newUser()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(key, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect(new Set(answers.map((answer) => answer.body['id'])).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(await countUsers(body.email)).toBe(1);
  });

  it.each([
    ['email', { email: 'other@example.com' }],
    ['password', { password: 'another good password' }],
  ])('is refused when the key was used with another %s', async (_name, change) => {
    const [key, body] = [randomUUID(), newUser()];
    await create(key, body);
    const other = await create(key, { ...body, ...change });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('is carried out for one of two that come at once under one key', async () => {
    const [key, one, other] = [randomUUID(), newUser(), newUser()];
    const answers = await Promise.all([create(key, one), create(key, other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect((await countUsers(one.email)) + (await countUsers(other.email))).toBe(1);
  });

  it('means the same in another spelling', async () => {
    const [key, body] = [randomUUID(), newUser()];
    const first = await create(key, body);
    const again = await create(key, { password: body.password, name: ' Ada ', email: body.email.toUpperCase() });
    expect(again).toMatchObject({ status: 201, body: first.body });
  });

  it('leaves the key free when it failed', async () => {
    const [key, body] = [randomUUID(), newUser()];
    expect(await create(key, { ...body, email: admin.email })).toMatchObject({ status: 409 });
    expect(await create(key, body)).toMatchObject({ status: 201 });
  });

  it('shares no keys with other callers', async () => {
    const key = randomUUID();
    const other = await service.addUser(['admin']);
    expect(await create(key, newUser())).toMatchObject({ status: 201 });
    expect(await create(key, newUser(), other)).toMatchObject({ status: 201 });
  });

  it('frees a key after a day', async () => {
    const key = randomUUID();
    await create(key, newUser());
    const expire = `UPDATE idempotency_keys SET expires_at = now() - interval '1 second' WHERE key = $1`;
    await service.database.transaction((query) => query(expire, [key]), NEVER);
    const later = await create(key, newUser());
    expect(later.status).toBe(201);
    expect(later.headers.has('idempotency-replayed')).toBe(false);
  });

  it('gets a conflict when the first takes too long', async () => {
    await using impatient = await bootService({ limitMs: 2_000 });
    const caller = await impatient.addUser(['admin']);
    const key = randomUUID();
    // Another replica, which is patient.
    await using first = await bootService({
      database: { url: impatient.databaseUrl, password: impatient.databasePassword },
    });
    const undo = new Error('undo');
    const running = first.database.transaction(async (query) => {
      await claimKey(query, { callerId: caller.id, key }, 'not finished');
      const headers = { 'idempotency-key': key };
      const second = await impatient.send('POST', '/users', { as: caller, body: newUser(), headers });
      expect(second).toMatchObject({ status: 409, body: { code: 'conflict' } });
      throw undo;
    }, NEVER);
    await expect(running).rejects.toBe(undo);
  });

  it('keeps no password in a form that is quick to guess', async () => {
    const body = newUser();
    await create(randomUUID(), body);
    const rows = await service.database.query('SELECT * FROM idempotency_keys');
    for (const row of rows) expect(row['request_hash']).toMatch(/^\$argon2id\$/);
    expect(JSON.stringify(rows)).not.toContain(body.password);
  });

  it.each(['', 'a b', 'é', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    expect(await create(key, newUser())).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });
});

it('a changed password is not changed twice', async () => {
  const user = await service.addUser();
  const body = { current_password: PASSWORD, new_password: 'a much better password' };
  const headers = { 'idempotency-key': randomUUID() };
  const change = () => service.send('POST', '/users/me/password', { as: user, body, headers });
  const answers = await Promise.all([change(), change(), change()]);
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(service.ended.filter(({ user_id }) => user_id === user.id)).toHaveLength(1);
  expect((await change()).status).toBe(204);
  const [row] = await service.database.query('SELECT credentials_version FROM users WHERE id = $1', [user.id]);
  expect(row).toEqual({ credentials_version: 2 });
});
