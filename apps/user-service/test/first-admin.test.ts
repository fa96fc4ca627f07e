import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureFirstAdmin } from '../src/first-admin.ts';
import { createPasswordHasher } from '../src/password-hasher.ts';
import { bootService, NEVER, silent, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await bootService();
});
afterEach(() => service[Symbol.asyncDispose]());

const hasher = createPasswordHasher();
const ensure = (email: string) =>
  ensureFirstAdmin(
    { database: service.database, hasher, logger: silent },
    { email, password: 'correct horse battery' },
    NEVER,
  );
const users = () => service.database.query('SELECT email, roles FROM users ORDER BY email');

it('is created once, however many replicas try', async () => {
  await Promise.all([ensure('admin@example.com'), ensure('admin@example.com'), ensure('admin@example.com')]);
  await ensure('another@example.com');
  expect(await users()).toEqual([{ email: 'admin@example.com', roles: ['admin', 'user'] }]);
});

it('is not made of an ordinary user who has that email', async () => {
  const user = await service.addUser();
  await ensure(user.email);
  expect(await users()).toEqual([{ email: user.email, roles: ['user'] }]);
});
