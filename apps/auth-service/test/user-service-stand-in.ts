import { randomUUID } from 'node:crypto';
import {
  accountSchema,
  idSchema,
  loginSchema,
  registerSchema,
  type Account,
  type Role,
  type Scope,
} from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { createApiApp, endpoint } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { serveOnFreePort } from '@evenkeel/testing';
import { createVerifier, createRemoteKeys, createServiceGuard, type KeySource } from '@evenkeel/tokens';
import { z } from 'zod';

/** The internal API of user-service on accounts in memory. It checks auth-service's tokens as the real one does. */
export interface UserServiceStandIn extends AsyncDisposable {
  url: string;
  /** Whose tokens it accepts. It must be known before the first request. */
  issuerUrl: string;
  /** Runs before an account is returned, so that a test can act in the middle of a refresh. */
  beforeFind: () => Promise<void> | void;
  /** Runs after an account was read and before it is returned, stale by then. */
  afterRead: (account: Account) => Promise<void> | void;
  /** Runs before credentials are verified or a user is registered, with the `Forwarded` of the call. */
  beforeSignIn: (call: { signal: AbortSignal; forwarded: string | undefined }) => Promise<void> | void;
  /** While set, the response to every request. */
  failure: AppError | undefined;
  change(id: string, changes: Partial<Pick<Account, 'roles' | 'credentials_version'>>): void;
  remove(id: string): void;
}

export async function startUserService(now: () => number): Promise<UserServiceStandIn> {
  const accounts = new Map<string, Account & { password: string }>();
  let keys: KeySource | undefined;
  const keysOfIssuer = () =>
    (keys ??= createRemoteKeys({ url: new URL('/.well-known/jwks.json', standIn.issuerUrl), now }));
  const issuerKeys: KeySource = {
    find: (kid) => keysOfIssuer().find(kid),
    present: (kid) => keysOfIssuer().present(kid),
  };
  const verifier = createVerifier({ issuer: 'https://evenkeel.local', audience: 'evenkeel', keys: issuerKeys, now });
  const guard = (scope: Scope) => createServiceGuard(verifier, scope);

  const endpoints = [
    endpoint(
      {
        method: 'post',
        path: '/internal/credentials/verify',
        summary: 'verify',
        guard: guard('credentials:verify'),
        body: loginSchema,
        responses: { 200: accountSchema },
      },
      async ({ body, request, signal }) => {
        await standIn.beforeSignIn({ signal, forwarded: request.get('forwarded') });
        if (standIn.failure !== undefined) throw standIn.failure;
        const found = [...accounts.values()].find(({ email }) => email === body.email);
        if (found?.password !== body.password) throw new AppError('invalid_credentials', 'No.');
        await standIn.afterRead(found);
        return { status: 200, body: shown(found) };
      },
    ),
    endpoint(
      {
        method: 'post',
        path: '/internal/users',
        summary: 'register',
        guard: guard('users:register'),
        body: registerSchema,
        responses: { 201: accountSchema },
      },
      async ({ body, request, signal }) => {
        await standIn.beforeSignIn({ signal, forwarded: request.get('forwarded') });
        if (standIn.failure !== undefined) throw standIn.failure;
        if ([...accounts.values()].some(({ email }) => email === body.email)) {
          throw new AppError('email_taken', 'There is an account with this email.');
        }
        const at = new Date(now()).toISOString();
        const roles: Role[] = ['user'];
        const account = { ...body, id: randomUUID(), roles, created_at: at, updated_at: at, credentials_version: 1 };
        accounts.set(account.id, account);
        await standIn.afterRead(account);
        return { status: 201, body: shown(account) };
      },
    ),
    endpoint(
      {
        method: 'get',
        path: '/internal/users/:id',
        summary: 'find',
        guard: guard('users:read'),
        params: z.object({ id: idSchema }),
        responses: { 200: accountSchema },
      },
      async ({ params }) => {
        await standIn.beforeFind();
        if (standIn.failure !== undefined) throw standIn.failure;
        const found = accounts.get(params.id);
        if (found === undefined) throw new AppError('not_found', 'No such user.');
        await standIn.afterRead(found);
        return { status: 200, body: shown(found) };
      },
    ),
  ];

  const served = await serveOnFreePort(createApiApp(endpoints, createLogger('user-service', 'silent')));
  const standIn: UserServiceStandIn = {
    url: served.url,
    issuerUrl: '',
    beforeFind: () => undefined,
    afterRead: () => undefined,
    beforeSignIn: () => undefined,
    failure: undefined,
    change(id, changes) {
      const account = accounts.get(id);
      if (account !== undefined) accounts.set(id, { ...account, ...changes });
    },
    remove: (id) => void accounts.delete(id),
    [Symbol.asyncDispose]: served.close,
  };
  return standIn;
}

function shown({ password: _, ...account }: Account & { password: string }): Account {
  return account;
}
