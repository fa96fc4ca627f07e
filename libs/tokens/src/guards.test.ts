import { AppError } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { requireRole, createServiceGuard, createUserGuard } from './guards.ts';
import { createTestKeys } from './testing.ts';

const issued = createTestKeys();
const user = createUserGuard(issued.verifier);
const service = createServiceGuard(issued.verifier, 'users:read');

async function codeOf(check: () => unknown): Promise<string> {
  try {
    await check();
  } catch (error) {
    if (error instanceof AppError) return error.code;
  }
  return 'passed';
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

it('knows users from services', async () => {
  const sub = '7f0c6f1c-5a53-4ab6-9a4e-3d0c7f4a9f10';
  expect(await user.check(bearer(issued.userToken({ sub, roles: ['admin'] })))).toMatchObject({
    userId: sub,
    roles: ['admin'],
  });
  expect(await service.check(bearer(issued.serviceToken('users:read')))).toEqual({ client: 'auth-service' });
  expect(await codeOf(() => user.check(bearer(issued.serviceToken('users:read'))))).toBe('forbidden');
  expect(await codeOf(() => service.check(bearer(issued.userToken())))).toBe('forbidden');
  expect(await codeOf(() => service.check(bearer(issued.serviceToken('sessions:end'))))).toBe('forbidden');
});

it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic dTpw', 'Bearer a b', 'Bearer a, Bearer b'])(
  'asks to sign in for %j',
  async (authorization) => {
    expect(await codeOf(() => user.check({ headers: { authorization } }))).toBe('unauthenticated');
  },
);

it('requires a role', async () => {
  const caller = { userId: 'u', sessionId: 's', roles: ['user' as const] };
  expect(await codeOf(() => requireRole(caller, 'user'))).toBe('passed');
  expect(await codeOf(() => requireRole(caller, 'admin'))).toBe('forbidden');
});
