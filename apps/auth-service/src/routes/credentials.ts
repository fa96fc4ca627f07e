import { accountSchema, confirmCredentialsSchema } from '@evenkeel/contracts';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { createServiceGuard } from '@evenkeel/tokens';
import type { Dependencies } from '../dependencies.ts';
import { checkCredentials } from '../sign-in.ts';
import { noStore } from './no-store.ts';

/** What a stolen access token must not be enough for: guesses use up the attempts of signing in. */
export function createCredentialsRoutes(dependencies: Dependencies): Endpoint[] {
  const { attempts, networkOf, verifier } = dependencies;
  return [
    endpoint(
      {
        method: 'post',
        path: '/internal/credentials/confirm',
        summary: 'Check an email and a password, within the sign-in limits',
        guard: createServiceGuard(verifier, 'credentials:confirm'),
        body: confirmCredentialsSchema,
        responses: { 200: accountSchema },
        errors: ['invalid_credentials', 'rate_limited', 'bad_gateway'],
      },
      async ({ body: { new_email, ...login }, request, signal }) => {
        const account = await checkCredentials(dependencies, login, request, signal);
        if (new_email !== undefined) await attempts.newEmail(account.id, new_email, networkOf(request));
        return { status: 200, body: account, headers: noStore };
      },
    ),
  ];
}
