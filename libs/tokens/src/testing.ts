import { constants, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import type { Role, Scope } from '@evenkeel/contracts';
import type { Jwks } from './jwks.ts';
import { createSigner } from './signer.ts';
import { parseSigningKeys } from './signing-keys.ts';
import { createVerifier, type KeySource, type Verifier } from './verifier.ts';

/** An issuer for tests: a real key pair, and tokens that are right unless a test asks for something else. */
export interface TestKeys {
  issuer: string;
  audience: string;
  /** The value of auth-service's SIGNING_KEYS. */
  signingKeys: string;
  jwks: Jwks;
  keys: KeySource;
  verifier: Verifier;
  /** A signed-in user's token; each part of it can be given. */
  userToken(user?: { sub?: string; sid?: string; roles?: Role[]; lifetime?: number }): string;
  serviceToken(scope: Scope, client?: string): string;
  /** Any token that the key can sign: for forgeries. */
  sign(payload: object, header?: object): string;
}

export function createTestKeys(options: { issuer?: string; audience?: string; now?: () => number } = {}): TestKeys {
  const { issuer = 'https://evenkeel.local', audience = 'evenkeel', now = Date.now } = options;
  const signingKeys = JSON.stringify({ active: 'test', keys: [generateSigningKey('test')] });
  const own = parseSigningKeys(signingKeys);
  const { active, jwks } = own;
  const signer = createSigner({ issuer, audience, keys: () => own, now });
  const present = (kid: string) => own.publicKeys.get(kid);
  const keys: KeySource = { present, find: (kid) => Promise.resolve(present(kid)) };
  return {
    issuer,
    audience,
    signingKeys,
    jwks,
    keys,
    verifier: createVerifier({ issuer, audience, keys, now }),
    userToken(user = {}) {
      const { sub = randomUUID(), sid = randomUUID(), roles = ['user'], lifetime = 600 } = user;
      return signer.userToken({ sub, sid, roles }, lifetime);
    },
    serviceToken: (scope, client = 'auth-service') => signer.serviceToken({ sub: client, scope }, 60),
    sign: (payload, header = {}) =>
      signJws(active.key, { alg: 'RS256', typ: 'at+jwt', kid: active.kid, ...header }, payload),
  };
}

/** A private RSA key as a JWK of SIGNING_KEYS. */
export function generateSigningKey(kid: string, modulusLength = 2_048): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256', key_ops: ['sign'] };
}

/** Signs anything, with the algorithm that the header names: RS… or PS…, 256 to 512. */
export function signJws(key: KeyObject, header: { alg: string; [member: string]: unknown }, payload: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(payload)}`;
  const padding = header.alg.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const signature = sign(`sha${header.alg.slice(2)}`, Buffer.from(signed), { key, padding });
  return `${signed}.${signature.toString('base64url')}`;
}
