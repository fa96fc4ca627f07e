import { accountSchema, emailSchema, loginSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { createServiceGuard } from '@evenkeel/tokens';
import type { Dependencies } from '../dependencies.ts';
import { findCredentialsByEmail } from '../store/credentials.ts';
import { toAccount } from '../user.ts';

/** What auth-service calls when a user signs in. */
export function createCredentialsRoutes(dependencies: Dependencies): Endpoint[] {
  const { database, hasher, networkOf, verifier } = dependencies;

  const verify = endpoint(
    {
      method: 'post',
      path: '/internal/credentials/verify',
      summary: 'Check an email and a password',
      guard: createServiceGuard(verifier, 'credentials:verify'),
      body: loginSchema,
      responses: { 200: accountSchema },
      errors: ['invalid_credentials'],
    },
    async ({ body, request, signal }) => {
      // An invalid email belongs to no user: the same response after the same work.
      const email = emailSchema.safeParse(body.email).data;
      const credentials = email === undefined ? undefined : await findCredentialsByEmail(database.query, email);
      const turn = { client: networkOf(request), signal };
      if (await hasher.verify(body.password, credentials?.passwordHash, turn))
        if (credentials !== undefined) return { status: 200, body: toAccount(credentials.user) };
      throw new AppError('invalid_credentials', 'Email or password is wrong.');
    },
  );

  return [verify];
}
