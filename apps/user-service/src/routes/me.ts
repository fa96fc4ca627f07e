import { changePasswordSchema, userSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { userGuard } from '@evenkeel/tokens';
import type { AppDependencies } from '../dependencies.ts';
import { findCredentials, replacePassword } from '../store/credentials.ts';
import { findUser } from '../store/users.ts';
import { entityTag, toUser } from '../user.ts';
import { idempotent } from './idempotent.ts';
import { idempotencyKey } from './request-headers.ts';

/** What signed-in users do about themselves. */
export function meRoutes(deps: AppDependencies): Endpoint[] {
  const { database, hasher, networkOf, policy, sessions } = deps;
  const guard = userGuard(deps.verifier);

  const read = endpoint(
    {
      method: 'get',
      path: '/users/me',
      summary: 'The caller',
      guard,
      responses: { 200: userSchema },
      responseHeaders: { 200: ['ETag'] },
      errors: ['not_found'],
    },
    async ({ caller }) => {
      const user = await findUser(database.query, caller.userId);
      if (user === undefined) throw deleted();
      return { status: 200, body: toUser(user), headers: { etag: entityTag(user) } };
    },
  );

  const changePassword = endpoint(
    {
      method: 'post',
      path: '/users/me/password',
      summary: "Change the caller's password and end their other sessions; honours Idempotency-Key",
      guard,
      headers: idempotencyKey,
      body: changePasswordSchema,
      responses: { 204: null },
      responseHeaders: { 204: ['Idempotency-Replayed'] },
      errors: ['not_found', 'conflict', 'idempotency_key_reused'],
    },
    async ({ caller, body, request, signal }) => {
      const turn = { client: networkOf(request), signal };
      let renewed: number | undefined;
      const reply = await idempotent(deps, {
        request,
        callerId: caller.userId,
        turn,
        body,
        async prepare() {
          const credentials = await findCredentials(database.query, caller.userId);
          if (credentials === undefined) throw deleted();
          if (!(await hasher.verify(body.current_password, credentials.passwordHash, turn))) throw wrongPassword();
          await policy.check(body.new_password, credentials.user.email, 'new_password');
          return { user: credentials.user, passwordHash: await hasher.hash(body.new_password, turn) };
        },
        async commit(query, { user, passwordHash }) {
          if (await replacePassword(query, user, passwordHash)) {
            renewed = user.credentialsVersion + 1;
            return { status: 204 };
          }
          throw new AppError('conflict', 'The account was changed by another request at the same time.');
        },
      });
      // Not for a repetition: who has signed in since did so with the new password.
      if (renewed !== undefined)
        await sessions.end({
          user_id: caller.userId,
          except_session: caller.sessionId,
          // Without it that session would end at its next refresh: it was opened with the credentials before.
          credentials_version: renewed,
        });
      return reply;
    },
  );

  return [read, changePassword];
}

/** Their token outlives them for some minutes. */
function deleted(): AppError {
  return new AppError('not_found', 'This user does not exist any more.');
}

/** Not a 401: the token is fine, and a client that signs in again or refreshes on 401 would only repeat the guess. */
function wrongPassword(): AppError {
  return new AppError('forbidden', 'The current password is wrong.', {
    errors: [{ path: 'current_password', message: 'is wrong' }],
  });
}
