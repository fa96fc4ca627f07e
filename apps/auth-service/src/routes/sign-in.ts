import { loginSchema, registerSchema, signedInSchema } from '@evenkeel/contracts';
import { endpoint, type Endpoint } from '@evenkeel/service';
import type { Dependencies } from '../dependencies.ts';
import { signIn } from '../sign-in.ts';
import { noStore } from './no-store.ts';

export function signInRoutes(deps: Dependencies): Endpoint[] {
  const { attempts, users, networkOf } = deps;
  return [
    endpoint(
      {
        method: 'post',
        path: '/auth/register',
        summary: 'Create an account and sign in',
        body: registerSchema,
        responses: { 201: signedInSchema },
        errors: ['invalid_credentials', 'email_taken', 'rate_limited', 'bad_gateway', 'unavailable'],
      },
      async ({ body, request }) => {
        const account = await attempts.register(body.email, networkOf(request), () => users.register(body));
        return { status: 201, body: await signIn(deps, account, request), headers: noStore };
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
      async ({ body, request }) => {
        const account = await attempts.login(body.email, networkOf(request), () => users.verifyCredentials(body));
        return { status: 200, body: await signIn(deps, account, request), headers: noStore };
      },
    ),
  ];
}
