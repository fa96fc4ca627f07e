import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '@evenkeel/contracts';
import type { StoredUser } from '../src/user.ts';
import type { Answer } from '@evenkeel/testing';
import { bootWithAdmin, newUser, NEVER } from './service-under-test.ts';

const { service, admin } = await bootWithAdmin();
afterAll(() => service[Symbol.asyncDispose]());

const rolesOf = async (id: string) =>
  (await service.database.query<{ roles: Role[] }>('SELECT roles FROM users WHERE id = $1', [id]))[0]?.roles;
const demote = (id: string, as = admin) =>
  service.send('PATCH', `/users/${id}`, { as, body: { roles: ['user'] satisfies Role[] } });

describe('the token of an administrator who is none any more', () => {
  let demoted: StoredUser;
  let somebody: StoredUser;
  // `send` makes a token of what the user was: that of before.
  beforeEach(async () => {
    demoted = await service.addUser(['admin', 'user']);
    somebody = await service.addUser();
    expect(await demote(demoted.id)).toMatchObject({ status: 200 });
  });

  it.each<[string, string, (ids: { self: string; other: string; admin: string }) => string, unknown?]>([
    ['lists nobody', 'GET', () => '/users'],
    ['reads nobody else', 'GET', ({ other }) => `/users/${other}`],
    ['creates nobody', 'POST', () => '/users', { ...newUser(), roles: ['admin'] }],
    ['gives itself no role back', 'PATCH', ({ self }) => `/users/${self}`, { roles: ['admin', 'user'] }],
    ['gives nobody else a role', 'PATCH', ({ other }) => `/users/${other}`, { roles: ['admin'] }],
    ['takes no role away', 'PATCH', ({ admin: id }) => `/users/${id}`, { roles: ['user'] }],
    ['changes nobody else', 'PATCH', ({ other }) => `/users/${other}`, { name: 'Mine now' }],
    ['deletes nobody else', 'DELETE', ({ other }) => `/users/${other}`],
    ['does not find out who exists', 'GET', () => `/users/${randomUUID()}`],
  ])('%s', async (_what, method, path, body) => {
    const ids = { self: demoted.id, other: somebody.id, admin: admin.id };
    const before = await service.database.query('SELECT * FROM users ORDER BY id');
    const answer = await service.send(method, path(ids), { as: demoted, body });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await service.database.query('SELECT * FROM users ORDER BY id')).toEqual(before);
  });

  it('gets no response again that an administrator got (Idempotency-Key)', async () => {
    const other = await service.addUser(['admin']);
    const [body, headers] = [newUser(), { 'idempotency-key': randomUUID() }];
    const create = () => service.send('POST', '/users', { as: other, body, headers });
    expect(await create()).toMatchObject({ status: 201 });
    await demote(other.id);
    expect(await create()).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('is still that of a user', async () => {
    const path = `/users/${demoted.id}`;
    expect(await service.send('GET', path, { as: demoted })).toMatchObject({ status: 200, body: { roles: ['user'] } });
    expect(await service.send('PATCH', path, { as: demoted, body: { name: 'Grace' } })).toMatchObject({ status: 200 });
    expect(await service.send('DELETE', path, { as: demoted })).toMatchObject({ status: 204 });
  });
});

it('the token of an administrator who was deleted is worth nothing', async () => {
  const [deleted, somebody] = [await service.addUser(['admin']), await service.addUser()];
  await service.send('DELETE', `/users/${deleted.id}`, { as: admin });
  const requests: [string, string, unknown?][] = [
    ['GET', '/users'],
    ['POST', '/users', newUser()],
    ['GET', `/users/${somebody.id}`],
    ['PATCH', `/users/${somebody.id}`, { roles: ['admin'] }],
    ['DELETE', `/users/${somebody.id}`],
    ['PATCH', `/users/${deleted.id}`, { name: 'Grace' }],
    ['DELETE', `/users/${deleted.id}`],
  ];
  for (const [method, path, body] of requests)
    expect(await service.send(method, path, { as: deleted, body }), `${method} ${path}`).toMatchObject({
      status: 401,
      body: { code: 'invalid_token' },
    });
  expect(await rolesOf(somebody.id)).toEqual(['user']);
});

describe('losing a role', () => {
  const endedOf = ({ id }: StoredUser) => service.ended.filter(({ user_id }) => user_id === id);

  it('ends the sessions that carry it, and those that are being opened', async () => {
    const user = await service.addUser(['admin', 'user']);
    await demote(user.id);
    expect(endedOf(user)).toEqual([{ user_id: user.id, credentials_version: user.credentialsVersion + 1 }]);
    const as = service.keys.serviceToken('users:read');
    expect(await service.send('GET', `/internal/users/${user.id}`, { as })).toMatchObject({
      body: { roles: ['user'], credentials_version: user.credentialsVersion + 1 },
    });
  });

  it.each<[string, object]>([
    ['a role more', { roles: ['admin', 'user'] }],
    ['the same roles', { roles: ['user'] }],
    ['another name', { name: 'Grace' }],
  ])('is not what %s is', async (_what, body) => {
    const user = await service.addUser();
    expect(await service.send('PATCH', `/users/${user.id}`, { as: admin, body })).toMatchObject({ status: 200 });
    expect(endedOf(user)).toEqual([]);
    const [row] = await service.database.query('SELECT credentials_version FROM users WHERE id = $1', [user.id]);
    expect(row).toEqual({ credentials_version: user.credentialsVersion });
    await demote(user.id);
  });
});

it('of two administrators who demote each other at once, one stays', async () => {
  for (let round = 0; round < 10; round++) {
    const [one, other] = [await service.addUser(['admin']), await service.addUser(['admin'])];
    const answers = await Promise.all([demote(other.id, one), demote(one.id, other)]);
    expect(answers.map(({ status }) => status).sort(), `round ${String(round)}`).toEqual([200, 403]);
    const left = (await Promise.all([rolesOf(one.id), rolesOf(other.id)])).filter((roles) => roles?.includes('admin'));
    expect(left).toHaveLength(1);
  }
});

describe('a demotion that is under way', () => {
  /** The status of a request that arrived before the demotion was committed. */
  async function answerAfterDemotion(method: string, path: string, body?: unknown): Promise<Answer> {
    const going = await service.addUser(['admin', 'user']);
    let answer: Promise<Answer> | undefined;
    await service.database.transaction(async (query) => {
      await query(`UPDATE users SET roles = '{user}' WHERE id = $1`, [going.id]);
      answer = service.send(method, path, { as: going, body });
      await expect.poll(() => query(WAITING)).toHaveLength(1);
    }, NEVER);
    return answer as unknown as Promise<Answer>;
  }
  const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

  it('is waited for by whatever needs the role', async () => {
    const { id } = await service.addUser();
    const requests: [string, string, unknown?][] = [
      ['GET', '/users'],
      ['GET', `/users/${id}`],
      ['POST', '/users', newUser()],
      ['PATCH', `/users/${id}`, { roles: ['admin'] }],
      ['DELETE', `/users/${id}`],
    ];
    for (const request of requests)
      expect(await answerAfterDemotion(...request), request.join(' ')).toMatchObject({ status: 403 });
    expect(await rolesOf(id)).toEqual(['user']);
  });
});
