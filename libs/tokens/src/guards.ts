import type { IncomingHttpHeaders } from 'node:http';
import type { Role, Scope } from '@evenkeel/contracts';
import { AppError, type ErrorCode } from '@evenkeel/errors';
import { setUser } from '@evenkeel/telemetry';
import type { AccessClaims } from './claims.ts';
import type { Verifier } from './verifier.ts';

/** A signed-in user, as their access token names them. */
export interface Caller {
  userId: string;
  sessionId: string;
  roles: Role[];
}

interface Incoming {
  headers: IncomingHttpHeaders;
}

const BEARER = 'Bearer ';

/** What a guard may throw; `unavailable` is for keys that could not be fetched yet. */
const errors: readonly ErrorCode[] = ['unauthenticated', 'invalid_token', 'forbidden', 'unavailable'];

/** Lets signed-in users in, or those who have a role. A service's token is not one of a user: `forbidden`. */
export function createUserGuard(verifier: Verifier, role?: Role) {
  function admit({ sub, sid, roles }: AccessClaims): Caller {
    if (sid === undefined) throw new AppError('forbidden', 'This needs the token of a user.');
    const caller = { userId: sub, sessionId: sid, roles };
    setUser(caller);
    if (role !== undefined) requireRole(caller, role);
    return caller;
  }

  return {
    security: 'bearer' as const,
    needs: role === undefined ? [] : [role],
    errors,
    async check(request: Incoming): Promise<Caller> {
      return admit(await verify(verifier, request));
    },
    /** The caller, if their token was verified before. */
    recall(request: Incoming): Caller | undefined {
      const { authorization = '' } = request.headers;
      // The form of a token that is remembered was looked at before.
      const claims = authorization.startsWith(BEARER) ? verifier.recall(authorization.slice(BEARER.length)) : undefined;
      return claims === undefined ? undefined : admit(claims);
    },
  };
}

/** Lets another service in whose token allows exactly this scope. */
export function createServiceGuard(verifier: Verifier, scope: Scope) {
  return {
    security: 'service' as const,
    needs: [scope],
    errors,
    async check(request: Incoming): Promise<{ client: string }> {
      const claims = await verify(verifier, request);
      if (claims.scope === scope) return { client: claims.sub };
      throw new AppError('forbidden', `This needs a service token with the scope ${scope}.`, {
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
      });
    },
  };
}

/** Throws `forbidden` unless the caller has the role. */
export function requireRole(caller: Caller, role: Role): void {
  if (!caller.roles.includes(role)) throw new AppError('forbidden', `This needs the role ${role}.`);
}

/** The response to a good token whose session is not open any more (RFC 6750, section 3.1). */
export function sessionEnded(): AppError {
  return new AppError('invalid_token', 'The session has ended. Sign in again.', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}

/** The token of an `Authorization` header (RFC 6750, section 2.1); `undefined` when there is none. */
export function bearerToken(request: Incoming): string | undefined {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
}

async function verify(verifier: Verifier, request: Incoming): Promise<AccessClaims> {
  const token = bearerToken(request);
  if (token !== undefined) return verifier.verify(token);
  throw new AppError('unauthenticated', 'Sign in first, and send the access token as a bearer token.', {
    headers: { 'www-authenticate': 'Bearer' },
  });
}
