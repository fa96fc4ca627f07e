import { loginSchema, registerSchema, signedInSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { metrics } from '@opentelemetry/api';
import { SERVICE_NAME } from '../config.ts';
import type { Dependencies } from '../dependencies.ts';
import { checkCredentials, signIn } from '../sign-in.ts';
import { noStore } from './no-store.ts';

export function createSignInRoutes(dependencies: Dependencies): Endpoint[] {
  const { attempts, signIns, users, networkOf, forwardedOf } = dependencies;
  const countOutcome = createOutcomeCounter();
  return [
    endpoint(
      {
        method: 'post',
        path: '/auth/register',
        summary: 'Create an account and sign in',
        body: registerSchema,
        responses: { 201: signedInSchema },
        errors: ['invalid_credentials', 'email_taken', 'rate_limited', 'bad_gateway', 'unavailable', 'timeout'],
      },
      async ({ body, request, signal }) => {
        const requester = { signal, forwarded: forwardedOf(request) };
        const client = networkOf(request);
        const register = () => users.register(body, requester);
        const account = await signIns.run({ client, signal }, () => attempts.register(body.email, client, register));
        const signedIn = await signIn(dependencies, account, request).catch((cause: unknown) => {
          if (cause instanceof AppError && cause.code === 'invalid_credentials') throw cause;
          // Not `unavailable`, which means that nothing was done.
          throw new AppError('timeout', 'The account was created, but signing in failed. Sign in.', { cause });
        });
        return { status: 201, body: signedIn, headers: noStore };
      },
    ),
    endpoint(
      {
        method: 'post',
        path: '/auth/login',
        summary: 'Sign in',
        body: loginSchema,
        responses: { 200: signedInSchema },
        errors: ['invalid_credentials', 'rate_limited', 'bad_gateway', 'unavailable'],
      },
      ({ body, request, signal }) =>
        countOutcome(async () => {
          const account = await checkCredentials(dependencies, body, request, signal);
          signal.throwIfAborted();
          return { status: 200, body: await signIn(dependencies, account, request), headers: noStore };
        }),
    ),
  ];
}

/** Counts how sign-ins end: with `success`, or with the code of an error. */
function createOutcomeCounter() {
  const signIns = metrics
    .getMeter(`@evenkeel/${SERVICE_NAME}`)
    .createCounter('auth.sign_ins', { description: 'Attempts to sign in with a password, by outcome' });
  for (const outcome of ['success', 'invalid_credentials']) signIns.add(0, { outcome });
  return async <T>(attempt: () => Promise<T>): Promise<T> => {
    try {
      const result = await attempt();
      signIns.add(1, { outcome: 'success' });
      return result;
    } catch (error) {
      signIns.add(1, { outcome: error instanceof AppError ? error.code : 'internal' });
      throw error;
    }
  };
}
