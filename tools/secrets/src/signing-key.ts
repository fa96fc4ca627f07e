import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** A private key as JWK, and where it is in its life: the active key has neither time. ISO 8601. */
export interface SigningKey {
  kid: string;
  /** Of the next key: it is published and does not sign yet. */
  published_at?: string;
  /** Of an earlier key: when the next one began to sign. */
  retired_at?: string;
  [member: string]: unknown;
}

/** What signing_keys.json holds. The issuer publishes all keys, without their times. */
export interface KeySet {
  active: string;
  keys: SigningKey[];
}

/** An RSA key, named by its thumbprint (RFC 7638). */
export async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  const canonical = JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n });
  const kid = createHash('sha256').update(canonical).digest('base64url');
  return { ...jwk, kid, use: 'sig', alg: 'RS256', key_ops: ['sign'] };
}
