import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { decodeBase64url } from './base64url.ts';

/** A set of keys that must not be used, and why. Nothing of it is. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError';
}

/** Base64urlUInt of RFC 7518, section 2: in the fewest bytes, so that a number is written in one way only. */
const integer = z.string().refine((text) => {
  const bytes = decodeBase64url(text);
  return bytes !== undefined && bytes[0] !== 0;
}, 'is not a number in canonical base64url');

/** A product of two large primes is odd. OpenSSL imports an even one all the same. */
const modulus = integer.refine((text) => ((decodeBase64url(text)?.at(-1) ?? 1) & 1) === 1, 'is even');

/** What is common to both halves of an RSA key as a JWK (RFC 7517; RFC 7518, section 6.3). */
export const rsaFields = {
  kty: z.literal('RSA'),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(100),
  n: modulus,
  e: integer,
};
export const rsaInteger = integer;

/** Never looked at, so refused: further primes (RFC 7518, section 6.3.2.7), and the value of a symmetric key. */
export const unusedParts = {
  oth: z.never('keys of more than two primes are not allowed').optional(),
  k: z.never('belongs to a symmetric key').optional(),
};

const privatePart = z.never('belongs to a private key, which must never be published').optional();

const publicKeySchema = z.object({
  ...rsaFields,
  ...unusedParts,
  key_ops: z.tuple([z.literal('verify')]).optional(),
  d: privatePart,
  p: privatePart,
  q: privatePart,
  dp: privatePart,
  dq: privatePart,
  qi: privatePart,
});
export type PublicJwk = z.infer<typeof publicKeySchema>;

const jwksSchema = z.object({ keys: z.array(publicKeySchema).min(1).max(20) });

/** A JSON Web Key Set of public keys. */
export interface Jwks {
  keys: readonly PublicJwk[];
}

/** Public keys by their `kid`. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/**
 * The keys of a JWKS document, each checked (RFC 8725, section 3.4 and 3.5): RSA, for RS256 signatures only, of 2048 to
 * 8192 bits, every `kid` once.
 * @throws KeySetError when one key is not as it must be: a tampered set is not used in part.
 */
export function parseJwks(document: unknown): PublicKeys {
  const { keys } = parseKeySet(jwksSchema, document);
  const parsed = new Map<string, KeyObject>();
  for (const { kty, n, e, kid } of keys) {
    if (parsed.has(kid)) throw new KeySetError(`the key id ${JSON.stringify(kid)} is there twice`);
    parsed.set(
      kid,
      checkedKey(kid, () => createPublicKey({ key: { kty, n, e }, format: 'jwk' })),
    );
  }
  return parsed;
}

/** @throws KeySetError with every mistake, and no value of a key. */
export function parseKeySet<S extends z.ZodType>(schema: S, document: unknown): z.output<S> {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw new KeySetError(mistakes.join('; '));
}

/** Imports a key and looks at its size and exponent. */
export function checkedKey(kid: string, importKey: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = importKey();
  } catch (cause) {
    throw new KeySetError(`the key ${JSON.stringify(kid)} is not an RSA key`, { cause });
  }
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < 2_048 || modulusLength > 8_192) {
    const size = `${String(modulusLength)} bits`;
    throw new KeySetError(`the key ${JSON.stringify(kid)} has ${size}; it must have 2048 to 8192`);
  }
  // The range of FIPS 186-5, section A.1.1.
  if (publicExponent < 65_537n || publicExponent >= 2n ** 256n || publicExponent % 2n === 0n) {
    throw new KeySetError(`the key ${JSON.stringify(kid)} has an unsafe exponent`);
  }
  return key;
}
