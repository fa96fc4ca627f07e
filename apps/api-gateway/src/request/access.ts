import type { IncomingMessage } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { sessionEnded, createUserGuard, type Caller, type Verifier } from '@evenkeel/tokens';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Route } from '../route.ts';
import type { Peer } from './peer.ts';

/**
 * Who calls, on a route that needs a token; `undefined` on one that does not, whatever the request has with it.
 * @throws AppError `unauthenticated`, `invalid_token`, `forbidden`, `rate_limited`, or `unavailable` while no token can be
 *   checked.
 */
export type Access = (route: Route, request: IncomingMessage, peer: Peer) => Promise<Caller | undefined>;

/**
 * Tokens of one network that may turn out to be bad before the signature of another one is checked: enough for an office
 * whose users come back in the morning, far too few to keep the process busy.
 */
export const BAD_TOKENS = { points: 300, duration: 60 };

export function createAccess(verifier: Verifier, hasEnded: (sessionId: string) => boolean): Access {
  const guard = createUserGuard(verifier);
  const badTokens = new RateLimiterMemory(BAD_TOKENS);

  async function verify(request: IncomingMessage, network: string): Promise<Caller> {
    const standing = await badTokens.get(network);
    if (standing !== null && standing.remainingPoints <= 0) throw tooManyBad(standing.msBeforeNext);
    return guard.check(request).catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'invalid_token') await badTokens.penalty(network);
      throw error;
    });
  }

  return async ({ token, roles }, request, { network }) => {
    if (token === 'none') return undefined;
    const caller = guard.recall(request) ?? (await verify(request, network));
    if (hasEnded(caller.sessionId)) throw sessionEnded();
    if (roles.length > 0 && !roles.some((role) => caller.roles.includes(role))) {
      throw new AppError('forbidden', `This needs the role ${roles.join(' or ')}.`);
    }
    return caller;
  };
}

function tooManyBad(msBeforeNext: number): AppError {
  return new AppError('rate_limited', 'Too many tokens from here are not valid. Retry after the time in Retry-After.', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(msBeforeNext / 1_000))) },
  });
}
