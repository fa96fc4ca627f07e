import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootService, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterAll(() => service[Symbol.asyncDispose]());

const NEW = 'a much better password';
const verify = (email: string, password: string) =>
  service.send('POST', '/internal/credentials/verify', {
    as: service.keys.serviceToken('credentials:verify'),
    body: { email, password },
  });

describe('changing the password', () => {
  it('makes the new one the only one, and ends the other sessions', async () => {
    const user = await service.addUser();
    const sid = randomUUID();
    const as = service.keys.userToken({ sub: user.id, sid, roles: ['user'] });
    const before = await verify(user.email, PASSWORD);
    const body = { current_password: PASSWORD, new_password: NEW };
    expect(await service.send('POST', '/users/me/password', { as, body })).toMatchObject({ status: 204 });
    expect(await verify(user.email, PASSWORD)).toMatchObject({ status: 401 });
    const after = await verify(user.email, NEW);
    const version = (before.body['credentials_version'] as number) + 1;
    expect(after.body['credentials_version']).toBe(version);
    expect(service.ended).toContainEqual({ user_id: user.id, except_session: sid, credentials_version: version });
  });

  it('needs the current one', async () => {
    const user = await service.addUser();
    const body = { current_password: 'not the password', new_password: NEW };
    expect(await service.send('POST', '/users/me/password', { as: user, body })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', errors: [{ path: 'current_password' }] },
    });
    expect(await verify(user.email, PASSWORD)).toMatchObject({ status: 200 });
  });

  it('happens once when two requests change it at the same time', async () => {
    const user = await service.addUser();
    const change = (new_password: string) =>
      service.send('POST', '/users/me/password', { as: user, body: { current_password: PASSWORD, new_password } });
    const answers = await Promise.all([change(NEW), change('yet another password')]);
    const [first, second] = answers.map(({ status }) => status).sort();
    expect(first).toBe(204);
    // Later by a moment, its current password is wrong already.
    expect([403, 409]).toContain(second);
  });

  it.each(['password1', 'short', 'x'.repeat(129)])('refuses %j as the new one', async (password) => {
    const user = await service.addUser();
    const body = { current_password: PASSWORD, new_password: password };
    expect(await service.send('POST', '/users/me/password', { as: user, body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'new_password' }] },
    });
  });

  it('refuses the own email as the new one', async () => {
    const user = await service.addUser();
    const body = { current_password: PASSWORD, new_password: user.email };
    expect(await service.send('POST', '/users/me/password', { as: user, body })).toMatchObject({ status: 400 });
  });

  it('succeeds while auth-service is unavailable, and retries the call', async () => {
    let attempts = 0;
    const done = Promise.withResolvers<undefined>();
    await using lonely = await bootService({
      async end() {
        attempts++;
        if (attempts < 3) throw new Error('away');
        done.resolve(undefined);
      },
    });
    const user = await lonely.addUser();
    const body = { current_password: PASSWORD, new_password: NEW };
    expect(await lonely.send('POST', '/users/me/password', { as: user, body })).toMatchObject({ status: 204 });
    await done.promise;
    expect(attempts).toBe(3);
  });
});
