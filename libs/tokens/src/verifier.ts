import type { KeyObject } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import jwt from 'jsonwebtoken';
import { readClaims, type AccessClaims } from './claims.ts';
import { ALGORITHM, readKeyId } from './header.ts';

/** Where public keys come from. */
export interface KeySource {
  /** `undefined` when there is no such key. Throws `unavailable` when that is not known. */
  find(kid: string): Promise<KeyObject | undefined>;
}

export interface VerifierOptions {
  issuer: string;
  audience: string;
  keys: KeySource;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

export interface Verifier {
  /** The claims of an access token. Throws `invalid_token` for whatever is not one; which check failed is in the cause. */
  verify(token: string): Promise<AccessClaims>;
}

/** How far the clocks of issuer and verifier may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 5;

/** Verifies access tokens (RFC 8725): one algorithm, one type, one issuer, one audience, keys of one source. */
export function createVerifier({ issuer, audience, keys, now = Date.now }: VerifierOptions): Verifier {
  return {
    async verify(token) {
      const kid = readKeyId(token);
      if (kid === undefined) throw invalid('it is not an access token');
      const key = await keys.find(kid);
      if (key === undefined) throw invalid('its key is unknown');
      const claims = readClaims(verifySignature(token, key));
      if (claims === undefined) throw invalid('its claims are not those of an access token');
      return claims;
    },
  };

  function verifySignature(token: string, key: KeyObject): unknown {
    try {
      return jwt.verify(token, key, {
        algorithms: [ALGORITHM],
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        clockTimestamp: Math.floor(now() / 1000),
      });
    } catch (cause) {
      if (cause instanceof jwt.TokenExpiredError) throw invalid(cause, 'The access token has expired.');
      throw invalid(cause);
    }
  }
}

function invalid(cause: unknown, message = 'The access token is not valid.'): AppError {
  return new AppError('invalid_token', message, {
    cause,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}
