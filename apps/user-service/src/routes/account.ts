import { accountSchema, idSchema, registerSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { createServiceGuard } from '@evenkeel/tokens';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { findUser, insertUser } from '../store/user.ts';
import { toAccount } from '../user.ts';

/** Users for auth-service. The gateway never routes these operations, and each needs a token for it alone. */
export function createAccountRoutes(dependencies: Dependencies): Endpoint[] {
  const { database, hasher, networkOf, policy, verifier } = dependencies;

  const register = endpoint(
    {
      method: 'post',
      path: '/internal/users',
      summary: 'Create an ordinary user',
      guard: createServiceGuard(verifier, 'users:register'),
      body: registerSchema,
      responses: { 201: accountSchema },
      errors: ['email_taken', 'timeout'],
    },
    async ({ body: { email, name, password }, request, signal }) => {
      await policy.check(password, email, 'password');
      const passwordHash = await hasher.hash(password, { client: networkOf(request), signal });
      const newcomer = { email, name, roles: ['user'] as const, passwordHash };
      const user = await database.transaction((query) => insertUser(query, newcomer), signal);
      return { status: 201, body: toAccount(user) };
    },
  );

  const read = endpoint(
    {
      method: 'get',
      path: '/internal/users/:id',
      summary: "A user's present state",
      guard: createServiceGuard(verifier, 'users:read'),
      params: z.object({ id: idSchema }),
      responses: { 200: accountSchema },
      errors: ['not_found'],
    },
    async ({ params: { id } }) => {
      const user = await findUser(database.query, id);
      if (user === undefined) throw new AppError('not_found', 'No such user.');
      return { status: 200, body: toAccount(user) };
    },
  );

  return [register, read];
}
