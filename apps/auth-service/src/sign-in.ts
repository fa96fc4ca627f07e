import { randomUUID } from 'node:crypto';
import { ACCESS_TOKEN_LIFETIME_S, type Account, type Login, type SignedIn } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { setUser } from '@evenkeel/telemetry';
import type { Signer } from '@evenkeel/tokens';
import type { Request } from 'express';
import type { Dependencies } from './dependencies.ts';
import { firstRefreshToken, type RefreshToken } from './refresh-token.ts';
import { shortUserAgent } from './session.ts';

/**
 * Checks credentials when it is their turn, within the limits. Owners on a network that they have used before go first,
 * each account in its turn, so that a flood from elsewhere cannot keep them waiting, from however many networks it comes.
 */
export async function checkCredentials(
  { attempts, signIns, users, networkOf, forwardedOf }: Dependencies,
  login: Login,
  request: Request,
  signal: AbortSignal,
): Promise<Account> {
  const network = networkOf(request);
  const known = await attempts.isKnown(login.email, network);
  const turn = { client: known ? login.email : network, first: known, signal };
  const verify = () => users.verifyCredentials(login, { signal, forwarded: forwardedOf(request) });
  return signIns.run(turn, () => attempts.login(login.email, network, known, verify));
}

/**
 * Opens a session for a user whose credentials were right, and returns its first pair of tokens. Throws
 * `invalid_credentials` if they were replaced, or the user was deleted, since they were checked.
 */
export async function signIn(dependencies: Dependencies, account: Account, request: Request): Promise<SignedIn> {
  const { sessions, signer, now } = dependencies;
  const token = firstRefreshToken(randomUUID());
  const at = now();
  const session = {
    id: token.sessionId,
    userId: account.id,
    createdAt: at,
    lastUsedAt: at,
    userAgent: shortUserAgent(request.get('user-agent')),
  };
  const opened = await sessions.open(session, account.credentials_version, token);
  if (!opened) throw new AppError('invalid_credentials', 'The account has just changed. Sign in again.');
  return signedIn(signer, account, token);
}

/** The response with a pair of tokens (RFC 6749, section 5.1): roles are those of this moment. */
export function signedIn(signer: Signer, account: Account, token: RefreshToken): SignedIn {
  const { credentials_version: _, ...user } = account;
  setUser({ userId: user.id, sessionId: token.sessionId });
  return {
    user,
    access_token: signer.userToken({ sub: user.id, sid: token.sessionId, roles: user.roles }, ACCESS_TOKEN_LIFETIME_S),
    refresh_token: token.text,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFETIME_S,
  };
}
