import type { IncomingMessage } from 'node:http';
import { AppError } from '@evenkeel/errors';
import { sessionEnded, createUserGuard, type Caller, type Verifier } from '@evenkeel/tokens';
import type { Route } from '../route.ts';

/**
 * Who calls, on a route that needs a token; `undefined` on one that does not, whatever the request has with it.
 * @throws AppError `unauthenticated`, `invalid_token`, `forbidden`, or `unavailable` while no token can be checked.
 */
export type Access = (route: Route, request: IncomingMessage) => Promise<Caller | undefined>;

export function createAccess(verifier: Verifier, hasEnded: (sessionId: string) => boolean): Access {
  const guard = createUserGuard(verifier);
  return async ({ token, roles }, request) => {
    if (token === 'none') return undefined;
    const caller = await guard.check(request);
    if (hasEnded(caller.sessionId)) throw sessionEnded();
    if (roles.length > 0 && !roles.some((role) => caller.roles.includes(role))) {
      throw new AppError('forbidden', `This needs the role ${roles.join(' or ')}.`);
    }
    return caller;
  };
}
