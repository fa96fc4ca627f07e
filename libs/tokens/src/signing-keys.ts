import { createPrivateKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { checkedKey, KeySetError, parseJwks, parseKeySet, rsaFields, rsaInteger, unusedParts } from './jwks.ts';
import type { Jwks, PublicKeys } from './jwks.ts';

const privateKeySchema = z.object({
  ...rsaFields,
  ...unusedParts,
  key_ops: z.tuple([z.literal('sign')]).optional(),
  d: rsaInteger,
  p: rsaInteger,
  q: rsaInteger,
  dp: rsaInteger,
  dq: rsaInteger,
  qi: rsaInteger,
});

const signingKeysSchema = z.object({ active: z.string(), keys: z.array(privateKeySchema).min(1).max(20) });

/** The private keys of the issuer: one signs, the public halves of all are published. */
export interface SigningKeys {
  active: { kid: string; key: KeyObject };
  jwks: Jwks;
  /** The keys of `jwks`, by their ids. */
  publicKeys: PublicKeys;
}

/**
 * The keys in `{"active": kid, "keys": [private JWK …]}`. A rotation adds the next key first, makes it active when every
 * verifier has had time to fetch it, and removes the last one when the tokens that it signed have expired.
 * @throws KeySetError naming what is wrong, without any key material.
 */
export function parseSigningKeys(text: string): SigningKeys {
  const { active, keys } = parseKeySet(signingKeysSchema, parseJson(text));
  const jwks: Jwks = {
    keys: keys.map(({ kty, kid, n, e }) => ({ kty, use: 'sig', alg: 'RS256', key_ops: ['verify'], kid, n, e })),
  };
  const publicKeys = parseJwks(jwks);
  const privateKeys = new Map<string, KeyObject>();
  for (const jwk of keys) {
    const { kid, kty, n, e, d, p, q, dp, dq, qi } = jwk;
    const key = checkedKey(kid, () => createPrivateKey({ key: { kty, n, e, d, p, q, dp, dq, qi }, format: 'jwk' }));
    assertPair(kid, key, publicKeys.get(kid));
    privateKeys.set(kid, key);
  }
  const key = privateKeys.get(active);
  if (key === undefined) throw new KeySetError(`the active key ${JSON.stringify(active)} is not among the keys`);
  return { active: { kid: active, key }, jwks, publicKeys };
}

/** Halves that do not belong together would sign tokens that no service accepts. */
function assertPair(kid: string, privateKey: KeyObject, publicKey: KeyObject | undefined): void {
  const probe = Buffer.from(kid);
  const fits = (): boolean =>
    publicKey !== undefined && verify('sha256', probe, publicKey, sign('sha256', probe, privateKey));
  let paired = false;
  try {
    paired = fits();
  } catch {
    // OpenSSL refuses numbers that cannot be a key.
  }
  if (!paired) throw new KeySetError(`the private half of the key ${JSON.stringify(kid)} does not fit its public half`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeySetError('it is not JSON');
  }
}
