import { describe, expect, it } from 'vitest';
import { KeySetError, parseJwks } from './jwks.ts';
import { parseSigningKeys } from './signing-keys.ts';
import { generateSigningKey } from './testing.ts';

interface TestJwk {
  [member: string]: unknown;
  n: string;
  d: string;
}

const hex = (text: string) => Buffer.from(text, 'base64url').toString('hex');
const base64url = (bytes: string) => Buffer.from(bytes, 'hex').toString('base64url');
const evenModulus = (n: string) => base64url(hex(n).replace(/.$/, '2'));

const a = generateSigningKey('a') as TestJwk;
const b = generateSigningKey('b') as TestJwk;
const [publicA, publicB] = parseSigningKeys(JSON.stringify({ active: 'a', keys: [a, b] })).jwks.keys;

describe('parseJwks', () => {
  it('returns the keys by their ids', () => {
    expect([...parseJwks({ keys: [publicA, publicB] }).keys()]).toEqual(['a', 'b']);
  });

  const small = parsedPublicHalf(generateSigningKey('small', 1_024) as TestJwk);
  const bad: Record<string, unknown> = {
    nothing: undefined,
    'no keys': { keys: [] },
    'a kid twice': { keys: [publicA, { ...publicB, kid: 'a' }] },
    'another type': { keys: [publicA, { ...publicB, kty: 'EC' }] },
    'a key for encryption': { keys: [publicA, { ...publicB, use: 'enc' }] },
    'a key without a use': { keys: [publicA, { ...publicB, use: undefined }] },
    'another algorithm': { keys: [publicA, { ...publicB, alg: 'RS512' }] },
    'no algorithm': { keys: [publicA, { ...publicB, alg: undefined }] },
    'no kid': { keys: [publicA, { ...publicB, kid: undefined }] },
    'a key that may sign': { keys: [publicA, { ...publicB, key_ops: ['verify', 'sign'] }] },
    'a private key': { keys: [publicA, { ...publicB, d: b.d }] },
    'a part of a private key': { keys: [publicA, { ...publicB, p: b['p'] }] },
    'a small key': { keys: [publicA, small] },
    'an exponent of 1': { keys: [publicA, { ...publicB, e: 'AQ' }] },
    'an even exponent': { keys: [publicA, { ...publicB, e: 'AQAC' }] },
    'an exponent below 65537': { keys: [publicA, { ...publicB, e: 'Aw' }] },
    'an exponent of more than 256 bits': { keys: [publicA, { ...publicB, e: base64url(`01${'00'.repeat(31)}01`) }] },
    'an exponent that begins with a zero': { keys: [publicA, { ...publicB, e: 'AAEAAQ' }] },
    'an even modulus': { keys: [publicA, { ...publicB, n: evenModulus(b.n) }] },
    'a modulus that begins with a zero': { keys: [publicA, { ...publicB, n: base64url(`00${hex(b.n)}`) }] },
    'more primes': { keys: [publicA, { ...publicB, oth: [] }] },
    'a symmetric part': { keys: [publicA, { ...publicB, k: 'c2VjcmV0' }] },
    'a padded number': { keys: [publicA, { ...publicB, n: `${b.n}=` }] },
    'a symmetric key': { keys: [publicA, { kty: 'oct', kid: 'b', alg: 'HS256', use: 'sig', k: 'c2VjcmV0' }] },
  };

  it.each(Object.entries(bad))('refuses the whole set for %s', (_what, document) => {
    expect(() => parseJwks(document)).toThrow(KeySetError);
  });

  function parsedPublicHalf({ n, ...others }: TestJwk): object {
    return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'small', n, e: others['e'] };
  }
});

describe('parseSigningKeys', () => {
  it('publishes the public halves of all and nothing else of them', () => {
    const { active, jwks } = parseSigningKeys(JSON.stringify({ active: 'b', keys: [a, b] }));
    expect(active.kid).toBe('b');
    expect(jwks.keys.map((key) => Object.keys(key).sort())).toEqual(
      Array(2).fill(['alg', 'e', 'key_ops', 'kid', 'kty', 'n', 'use']),
    );
  });

  const bad: Record<string, unknown> = {
    'an active key that is not there': { active: 'c', keys: [a, b] },
    'a kid twice': { active: 'a', keys: [a, { ...b, kid: 'a' }] },
    'a public key': { active: 'a', keys: [publicA] },
    'halves of two keys': { active: 'a', keys: [{ ...a, n: b.n }] },
    'more primes': { active: 'a', keys: [{ ...a, oth: [] }] },
    'a symmetric part': { active: 'a', keys: [{ ...a, k: 'c2VjcmV0' }] },
    'a small key': { active: 's', keys: [generateSigningKey('s', 1_024)] },
  };

  it.each(Object.entries(bad))('refuses %s, without showing key material', (_what, document) => {
    const text = JSON.stringify(document);
    expect(() => parseSigningKeys(text)).toThrow(KeySetError);
    try {
      parseSigningKeys(text);
    } catch (error) {
      for (const secret of [a.d, b.d]) expect(String(error)).not.toContain(secret.slice(0, 12));
    }
  });

  it('refuses what is not JSON', () => {
    expect(() => parseSigningKeys('{')).toThrow(KeySetError);
  });
});
