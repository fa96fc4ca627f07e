import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { bootWithAdmin, newUser } from './service-under-test.ts';

const { service, admin } = await bootWithAdmin();
afterAll(() => service[Symbol.asyncDispose]());

const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });

describe('creating users', () => {
  it('returns the user with Location and ETag, without the password', async () => {
    const answer = await service.send('POST', '/users', {
      as: admin,
      body: { ...newUser(), email: '  Ada@Example.COM ', roles: ['user', 'admin', 'user'] },
    });
    expect(answer).toMatchObject({ status: 201, body: { email: 'ada@example.com', roles: ['admin', 'user'] } });
    expect(Object.keys(answer.body).sort()).toEqual(['created_at', 'email', 'id', 'name', 'roles', 'updated_at']);
    const read = await service.send('GET', answer.headers.get('location') as string, { as: admin });
    expect(read.body).toEqual(answer.body);
    expect(read.headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  it('refuses an email that is taken, in whatever spelling', async () => {
    const body = newUser();
    await service.send('POST', '/users', { as: admin, body });
    const again = await service.send('POST', '/users', {
      as: admin,
      body: { ...body, email: body.email.toUpperCase() },
    });
    expect(again).toMatchObject(problem(409, 'email_taken'));
  });

  it.each([
    ['ivan@xn--80a1acny.xn--p1ai', 'Ivan@ПОЧТА.рф'],
    ['jane/doe@example.com', 'JANE/DOE@example.com'],
    ['a&b=c@example.com', ' a&b=c@EXAMPLE.com'],
  ])('takes %s, and refuses it when it is taken as %s', async (email, other) => {
    const body = { ...newUser(), email };
    expect(await service.send('POST', '/users', { as: admin, body })).toMatchObject({ status: 201, body: { email } });
    expect(await service.send('POST', '/users', { as: admin, body: { ...body, email: other } })).toMatchObject(
      problem(409, 'email_taken'),
    );
  });

  it('is for administrators', async () => {
    const user = await service.addUser();
    expect(await service.send('POST', '/users', { as: user, body: newUser() })).toMatchObject(
      problem(403, 'forbidden'),
    );
    expect(await service.send('GET', '/users', { as: user })).toMatchObject(problem(403, 'forbidden'));
    expect(await service.send('POST', '/users', { body: newUser() })).toMatchObject(problem(401, 'unauthenticated'));
    const serviceToken = service.keys.serviceToken('users:register');
    expect(await service.send('GET', '/users', { as: serviceToken })).toMatchObject(problem(403, 'forbidden'));
  });

  it('refuses passwords that are guessed first, and names the field', async () => {
    for (const password of ['password123', 'PassWord123', 'iloveyou1', 'qwertyuiop'])
      expect(await service.send('POST', '/users', { as: admin, body: { ...newUser(), password } })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: 'password' }] },
      });
  });
});

describe('reading users', () => {
  it('lets users see themselves, and only administrators see others, existing or not', async () => {
    const [user, other] = [await service.addUser(), await service.addUser()];
    expect(await service.send('GET', `/users/${user.id}`, { as: user })).toMatchObject({
      status: 200,
      body: { id: user.id },
    });
    expect(await service.send('GET', '/users/me', { as: user })).toMatchObject({ status: 200, body: { id: user.id } });
    expect(await service.send('GET', `/users/${user.id.toUpperCase()}`, { as: user })).toMatchObject({ status: 200 });
    const existing = await service.send('GET', `/users/${other.id}`, { as: user });
    const missing = await service.send('GET', `/users/${randomUUID()}`, { as: user });
    expect(existing).toMatchObject(problem(403, 'forbidden'));
    expect(missing.body).toEqual(existing.body);
    expect(await service.send('GET', `/users/${randomUUID()}`, { as: admin })).toMatchObject(problem(404, 'not_found'));
  });

  it('returns 304 to a client that has the current state', async () => {
    const user = await service.addUser();
    const etag = (await service.send('GET', '/users/me', { as: user })).headers.get('etag') as string;
    const conditional = (value: string) =>
      service.send('GET', `/users/${user.id}`, { as: user, headers: { 'if-none-match': value } });
    expect(await conditional(etag)).toMatchObject({ status: 304, body: {} });
    expect(await conditional(`"x", W/${etag}`)).toMatchObject({ status: 304 });
    expect(await conditional('"x"')).toMatchObject({ status: 200 });
  });
});

describe('changing users', () => {
  it('changes what is named and nothing else', async () => {
    const user = await service.addUser();
    const changed = await service.send('PATCH', `/users/${user.id}`, { as: user, body: { name: 'Grace' } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Grace', email: user.email, roles: ['user'] } });
    const moved = await service.send('PATCH', `/users/${user.id}`, { as: admin, body: { email: admin.email } });
    expect(moved).toMatchObject(problem(409, 'email_taken'));
  });

  it('leaves roles to administrators', async () => {
    const user = await service.addUser();
    const promote = { body: { roles: ['admin'] } };
    const path = `/users/${user.id}`;
    expect(await service.send('PATCH', path, { as: user, ...promote })).toMatchObject(problem(403, 'forbidden'));
    expect(await service.send('PATCH', path, { as: admin, ...promote })).toMatchObject({
      status: 200,
      body: { roles: ['admin'] },
    });
    await service.send('DELETE', path, { as: admin });
  });

  it.each([
    ['the present one', (etag: string) => etag, 200],
    ['any', () => '*', 200],
    ['one of a list', (etag: string) => `"99", ${etag}`, 200],
    ['a stale one', () => '"99"', 412],
    ['a weak one, which never matches strongly', (etag: string) => `W/${etag}`, 412],
    ['no entity tag', () => 'abc', 400],
  ])('honours If-Match: %s', async (_name, field, status) => {
    const user = await service.addUser();
    const path = `/users/${user.id}`;
    const etag = (await service.send('GET', path, { as: user })).headers.get('etag') as string;
    const headers = { 'if-match': field(etag) };
    const changed = await service.send('PATCH', path, { as: user, body: { name: 'Grace' }, headers });
    expect(changed.status).toBe(status);
    if (status === 200) expect(changed.headers.get('etag')).not.toBe(etag);
    // The tag of before is stale for the deletion if the change went through.
    const deleted = await service.send('DELETE', path, { as: user, headers: { 'if-match': etag } });
    expect(deleted.status).toBe(status === 200 ? 412 : 204);
  });

  it('lets one of many changes through that were all made from the same state', async () => {
    const user = await service.addUser();
    const path = `/users/${user.id}`;
    // Several rounds: in the first one opening connections puts the requests in a row.
    for (let round = 0; round < 5; round++) {
      const etag = (await service.send('GET', path, { as: user })).headers.get('etag') as string;
      const changes = Array.from({ length: 8 }, (_, index) =>
        service.send('PATCH', path, {
          as: user,
          body: { name: `Name ${String(index)}` },
          headers: { 'if-match': etag },
        }),
      );
      const statuses = (await Promise.all(changes)).map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
    }
  });
});

describe('deleting users', () => {
  it('ends their sessions and leaves nothing to read', async () => {
    const user = await service.addUser();
    expect(await service.send('DELETE', `/users/${user.id}`, { as: user })).toMatchObject({ status: 204 });
    expect(service.ended).toContainEqual({ user_id: user.id });
    expect(await service.send('GET', '/users/me', { as: user })).toMatchObject(problem(404, 'not_found'));
    expect(await service.send('DELETE', `/users/${user.id}`, { as: admin })).toMatchObject(problem(404, 'not_found'));
  });
});
