import { refreshSchema, signedInSchema } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { endpoint, type Endpoint } from '@evenkeel/service';
import type { Dependencies } from '../dependencies.ts';
import { nextRefreshToken, readRefreshToken } from '../refresh-token.ts';
import { signedIn } from '../sign-in.ts';
import { noStore } from './no-store.ts';

export function createRefreshTokenRoutes(dependencies: Dependencies): Endpoint[] {
  const { attempts, forwardedOf, logger, networkOf, refreshTokens, sessions, signer, users } = dependencies;
  return [
    endpoint(
      {
        method: 'post',
        path: '/auth/refresh',
        summary: 'Exchange a refresh token for a new pair of tokens',
        body: refreshSchema,
        responses: { 200: signedInSchema },
        errors: ['invalid_token', 'rate_limited', 'bad_gateway', 'unavailable'],
      },
      async ({ body, request, signal }) => {
        await attempts.refreshFrom(networkOf(request));
        const token = readRefreshToken(body.refresh_token);
        if (token === undefined) throw refused();
        const found = await refreshTokens.inspect(token);
        if (found.state === 'reused') {
          await sessions.end(token.sessionId, found.userId, 'token_reused');
          logger.warn(
            { session: token.sessionId, user: found.userId },
            'spent refresh token was reused; session ended',
          );
        }
        if (found.state !== 'current') throw refused();
        await attempts.refreshOf(found.userId);

        // Before the token is spent: if user-service does not respond, the client can try again with the same one.
        const account = await users.find(found.userId, { signal, forwarded: forwardedOf(request) });
        if (account === undefined) {
          await sessions.end(token.sessionId, found.userId, 'account_changed');
          throw refused();
        }
        const { credentials_version: version } = account;
        // The session that changed the password goes on, also when it was renewed since it was inspected.
        const ended =
          version !== found.credentialsVersion &&
          (await sessions.end(token.sessionId, found.userId, 'account_changed', version));
        if (ended) throw refused();
        const next = nextRefreshToken(token);
        const answer = signedIn(signer, account, next);
        if (!(await refreshTokens.rotate(token, next, account.id))) throw refused();
        return { status: 200, body: answer, headers: noStore };
      },
    ),
    endpoint(
      {
        method: 'post',
        path: '/auth/logout',
        summary: 'End the session of a refresh token',
        body: refreshSchema,
        responses: { 204: null },
        errors: ['rate_limited', 'unavailable'],
      },
      async ({ body, request }) => {
        await attempts.refreshFrom(networkOf(request));
        // Like a revocation (RFC 7009, section 2.2): what is no token any more is as good as ended. One that was spent
        // ends its session all the same, since its holder wants to sign out.
        const token = readRefreshToken(body.refresh_token);
        const found = token === undefined ? undefined : await refreshTokens.inspect(token);
        if (token !== undefined && found !== undefined && found.state !== 'unknown') {
          await sessions.end(token.sessionId, found.userId, 'logout');
        }
        return { status: 204 };
      },
    ),
  ];
}

/** One response for every reason, so that it reveals nothing about the token. */
function refused(): AppError {
  return new AppError('invalid_token', 'The refresh token is no longer valid. Sign in again.');
}
