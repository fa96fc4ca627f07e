import { randomUUID } from 'node:crypto';
import type { Role, Scope } from '@evenkeel/contracts';
import jwt from 'jsonwebtoken';
import { TOKEN_TYPE } from './claims.ts';
import { ALGORITHM } from './header.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface SignerOptions {
  issuer: string;
  audience: string;
  /** Called for each token, so that a rotation takes effect at once. */
  keys: () => SigningKeys;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Makes access tokens (RFC 9068), each valid for `lifetime` seconds. */
export interface Signer {
  userToken(claims: { sub: string; sid: string; roles: readonly Role[] }, lifetime: number): string;
  serviceToken(claims: { sub: string; scope: Scope }, lifetime: number): string;
}

export function createSigner({ issuer, audience, keys, now = Date.now }: SignerOptions): Signer {
  function sign(claims: object, lifetime: number): string {
    const { kid, key } = keys().active;
    const iat = Math.floor(now() / 1000);
    const payload = { iss: issuer, aud: audience, ...claims, jti: randomUUID(), iat, exp: iat + lifetime };
    return jwt.sign(payload, key, { header: { alg: ALGORITHM, typ: TOKEN_TYPE, kid } });
  }
  return {
    userToken: ({ sub, sid, roles }, lifetime) => sign({ sub, sid, roles }, lifetime),
    serviceToken: ({ sub, scope }, lifetime) => sign({ sub, scope }, lifetime),
  };
}
