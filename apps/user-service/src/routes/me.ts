import { changePasswordSchema, userSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import { createUserGuard } from '@evenkeel/tokens';
import type { Dependencies } from '../dependencies.ts';
import { replacePassword } from '../store/credentials.ts';
import { findUser } from '../store/user.ts';
import { entityTag, toUser } from '../user.ts';
import { changedMeanwhile, confirmPassword } from './current-password.ts';
import { idempotent } from './idempotency-key.ts';
import { idempotencyKey } from './request-headers.ts';

/** What signed-in users do about themselves. */
export function createMeRoutes(dependencies: Dependencies): Endpoint[] {
  const { database, hasher, networkOf, policy, sessions } = dependencies;
  const guard = createUserGuard(dependencies.verifier);

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
      errors: ['conflict', 'idempotency_key_reused', 'rate_limited', 'bad_gateway', 'timeout'],
    },
    async ({ caller, body, request, signal }) => {
      const turn = { client: networkOf(request), signal };
      let renewed: number | undefined;
      const reply = await idempotent(dependencies, {
        request,
        callerId: caller.userId,
        turn,
        body,
        async prepare() {
          const account = await confirmPassword(dependencies, {
            caller,
            request,
            signal,
            password: body.current_password,
          });
          await policy.check(body.new_password, account.email, 'new_password');
          return { account, passwordHash: await hasher.hash(body.new_password, turn) };
        },
        async commit(query, { account, passwordHash }) {
          if (!(await replacePassword(query, account, passwordHash))) throw changedMeanwhile();
          renewed = account.credentials_version + 1;
          return { status: 204 };
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
  return new AppError('not_found', 'This user no longer exists.');
}
