import { accountSchema, emailSchema, idSchema, loginSchema, registerSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { serviceGuard } from '@evenkeel/tokens';
import { z } from 'zod';
import type { AppDependencies } from '../dependencies.ts';
import { findCredentialsByEmail } from '../store/credentials.ts';
import { findUser, insertUser } from '../store/user.ts';
import { toAccount } from '../user.ts';

/** What auth-service asks for. The gateway routes none of it, and each operation needs a token for it alone. */
export function internalRoutes({ database, hasher, networkOf, policy, verifier }: AppDependencies): Endpoint[] {
  const verifyCredentials = endpoint(
    {
      method: 'post',
      path: '/internal/credentials/verify',
      summary: 'The user whose email and password these are',
      guard: serviceGuard(verifier, 'credentials:verify'),
      body: loginSchema,
      responses: { 200: accountSchema },
      errors: ['invalid_credentials'],
    },
    async ({ body, request, signal }) => {
      // What cannot be an email is nobody's: the same answer after the same work.
      const email = emailSchema.safeParse(body.email).data;
      const credentials = email === undefined ? undefined : await findCredentialsByEmail(database.query, email);
      const turn = { client: networkOf(request), signal };
      if (await hasher.verify(body.password, credentials?.passwordHash, turn))
        if (credentials !== undefined) return { status: 200, body: toAccount(credentials.user) };
      throw new AppError('invalid_credentials', 'Email or password is wrong.');
    },
  );

  const register = endpoint(
    {
      method: 'post',
      path: '/internal/users',
      summary: 'Create an ordinary user',
      guard: serviceGuard(verifier, 'users:register'),
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
      guard: serviceGuard(verifier, 'users:read'),
      params: z.object({ id: idSchema }),
      responses: { 200: accountSchema },
      errors: ['not_found'],
    },
    async ({ params: { id } }) => {
      const user = await findUser(database.query, id);
      if (user === undefined) throw new AppError('not_found', 'There is no such user.');
      return { status: 200, body: toAccount(user) };
    },
  );

  return [verifyCredentials, register, read];
}
