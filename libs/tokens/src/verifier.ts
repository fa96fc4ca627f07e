import { hash, type KeyObject } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { readClaims, type AccessClaims } from './claims.ts';
import { ALGORITHM, readKeyId } from './header.ts';

/** Where public keys come from. */
export interface KeySource {
  /** `undefined` when there is no such key. Throws `unavailable` when that is not known. */
  find(kid: string): Promise<KeyObject | undefined>;
  /** The key, if it is at hand. Like `find` this lets an old set be fetched again. */
  present(kid: string): KeyObject | undefined;
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
  /** The claims of a token that was verified before and is still good. */
  recall(token: string): AccessClaims | undefined;
}

/** How far the clocks of issuer and verifier may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 5;

/** Tokens that are remembered once they are verified; the least recently used are forgotten first. */
const REMEMBERED = 10_000;

/** A verified token. It is good as long as its key is and it has not expired. */
interface Remembered {
  claims: AccessClaims;
  kid: string;
  key: KeyObject;
}

/** Verifies access tokens (RFC 8725): one algorithm, one type, one issuer, one audience, keys of one source. */
export function createVerifier({ issuer, audience, keys, now = Date.now }: VerifierOptions): Verifier {
  // By hash, so that no token can be read from the memory. A client sends the same one many times, and checking its signature
  // costs more than all the rest of a request.
  const remembered = new LRUCache<string, Remembered>({ max: REMEMBERED });

  return {
    async verify(token) {
      const known = recall(token);
      if (known !== undefined) return known;
      const verified = await check(token);
      remembered.set(fingerprint(token), verified);
      return verified.claims;
    },
    recall,
  };

  function recall(token: string): AccessClaims | undefined {
    const { claims, kid, key } = remembered.get(fingerprint(token)) ?? {};
    if (claims === undefined || seconds() >= claims.exp + CLOCK_TOLERANCE_S) return undefined;
    // Its key may have been withdrawn or replaced since.
    return keys.present(kid ?? '')?.equals(key as KeyObject) === true ? claims : undefined;
  }

  async function check(token: string): Promise<Remembered> {
    const kid = readKeyId(token);
    if (kid === undefined) throw invalid('it is not an access token');
    const key = await keys.find(kid);
    if (key === undefined) throw invalid('its key is unknown');
    const claims = readClaims(verifySignature(token, key));
    if (claims === undefined) throw invalid('its claims are not those of an access token');
    return { claims, kid, key };
  }

  function verifySignature(token: string, key: KeyObject): unknown {
    try {
      return jwt.verify(token, key, {
        algorithms: [ALGORITHM],
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_S,
        clockTimestamp: seconds(),
      });
    } catch (cause) {
      if (cause instanceof jwt.TokenExpiredError) throw invalid(cause, 'The access token has expired.');
      throw invalid(cause);
    }
  }

  function seconds(): number {
    return Math.floor(now() / 1_000);
  }
}

function fingerprint(token: string): string {
  return hash('sha256', token, 'base64');
}

function invalid(cause: unknown, message = 'The access token is not valid.'): AppError {
  return new AppError('invalid_token', message, {
    cause,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}
