import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { AppError } from '@evenkeel/errors';
import type { StoredUser } from '../src/user.ts';
import { bootService, NEVER, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let admin: StoredUser;
beforeAll(async () => {
  service = await bootService();
  admin = await service.addUser(['admin', 'user']);
});
afterEach(() => {
  service.beforeConfirm = () => undefined;
  service.afterConfirm = () => undefined;
});
afterAll(() => service[Symbol.asyncDispose]());

let addresses = 0;
const free = () => `moved-${String(++addresses)}@example.com`;
const change = (user: StoredUser, body: object, as = user) =>
  service.send('PATCH', `/users/${user.id}`, { as, body, headers: { forwarded: 'for=192.0.2.7' } });
const emailOf = async ({ id }: StoredUser) => (await service.send('GET', `/users/${id}`, { as: admin })).body['email'];

it('changes one’s own email with the password, which is checked within the limits of signing in', async () => {
  const [user, email] = [await service.addUser(), free()];
  expect(await change(user, { email, current_password: PASSWORD })).toMatchObject({ status: 200, body: { email } });
  expect(service.confirmed.at(-1)).toEqual({
    request: { email: user.email, password: PASSWORD, new_email: email },
    forwarded: 'for=192.0.2.7',
  });
});

it('changes nothing without the password or with a wrong one, and reveals to no one who has an account', async () => {
  const [user, other, asAdmin] = [await service.addUser(), await service.addUser(), await service.addUser(['admin'])];
  for (const email of [free(), other.email])
    for (const self of [user, asAdmin]) {
      expect(await change(self, { email, name: 'Grace' })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: 'current_password' }] },
      });
      expect(await change(self, { email, name: 'Grace', current_password: 'not the password' })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', errors: [{ path: 'current_password' }] },
      });
      expect(await emailOf(self)).toBe(self.email);
    }
  expect(await change(user, { email: other.email, current_password: PASSWORD })).toMatchObject({
    status: 409,
    body: { code: 'email_taken' },
  });
});

it('needs no password from an administrator for another user, nor for other changes', async () => {
  const [user, email] = [await service.addUser(), free()];
  const before = service.confirmed.length;
  expect(await change(user, { email }, admin)).toMatchObject({ status: 200, body: { email } });
  expect(await change(user, { name: 'Grace' })).toMatchObject({ status: 200 });
  expect(service.confirmed).toHaveLength(before);
});

it('takes a password only with an email', async () => {
  const user = await service.addUser();
  for (const body of [{ current_password: PASSWORD }, { name: 'Grace', current_password: PASSWORD }])
    expect(await change(user, body)).toMatchObject({ status: 400, body: { errors: [{ path: 'current_password' }] } });
});

it('passes on that there were too many guesses, for a new email as for a new password', async () => {
  const user = await service.addUser();
  service.beforeConfirm = () => {
    throw new AppError('rate_limited', 'There were too many attempts.', { headers: { 'retry-after': '17' } });
  };
  const answers = [
    await change(user, { email: free(), current_password: PASSWORD }),
    await service.send('POST', '/users/me/password', {
      as: user,
      body: { current_password: PASSWORD, new_password: 'a much better password' },
    }),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(answer.headers.get('retry-after')).toBe('17');
  }
  expect(await emailOf(user)).toBe(user.email);
});

it('changes nothing while auth-service, which counts the guesses, is unavailable', async () => {
  const user = await service.addUser();
  service.beforeConfirm = () => {
    throw new AppError('unavailable', 'auth-service does not answer at the moment.');
  };
  expect(await change(user, { email: free(), current_password: PASSWORD })).toMatchObject({ status: 503 });
  expect(await emailOf(user)).toBe(user.email);
});

it('changes nothing when the password is replaced between its check and the change', async () => {
  const user = await service.addUser();
  service.afterConfirm = async () => {
    const text = 'UPDATE users SET credentials_version = credentials_version + 1 WHERE id = $1';
    await service.database.transaction((query) => query(text, [user.id]), NEVER);
  };
  expect(await change(user, { email: free(), current_password: PASSWORD })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  expect(await emailOf(user)).toBe(user.email);
});

it('takes no confirmation for another user who has the email by now', async () => {
  const [user, other] = [await service.addUser(), await service.addUser()];
  service.afterConfirm = (account) => {
    account.id = other.id;
  };
  expect(await change(user, { email: free(), current_password: PASSWORD })).toMatchObject({ status: 409 });
  expect(await emailOf(user)).toBe(user.email);
});
