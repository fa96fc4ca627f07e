import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { AppError } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { parseJwks } from './jwks.ts';
import { signJws, createTestKeys } from './testing.ts';
import { createVerifier } from './verifier.ts';

const now = Date.UTC(2026, 0, 1);
const issued = createTestKeys({ now: () => now });
const seconds = now / 1000;
const good = {
  iss: issued.issuer,
  aud: issued.audience,
  sub: randomUUID(),
  sid: randomUUID(),
  jti: randomUUID(),
  roles: ['user'],
  iat: seconds,
  exp: seconds + 600,
};

async function codeOf(token: string): Promise<string> {
  const outcome: unknown = await issued.verifier.verify(token).catch((error: unknown) => error);
  return outcome instanceof AppError ? outcome.code : `accepted ${JSON.stringify(outcome)}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The last character of a part may carry bits that decode to nothing: another text for the same bytes. */
function sameBytes(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const other = [...alphabet].find((last) => {
    const variant = part.slice(0, -1) + last;
    return variant !== part && Buffer.from(variant, 'base64url').equals(Buffer.from(part, 'base64url'));
  });
  if (other === undefined) throw new Error('this part has no second spelling');
  return part.slice(0, -1) + other;
}

describe('verify', () => {
  it('accepts what the issuer signed, for users and for services', async () => {
    expect(await issued.verifier.verify(issued.sign(good))).toEqual({
      sub: good.sub,
      sid: good.sid,
      jti: good.jti,
      exp: good.exp,
      roles: ['user'],
    });
    expect(await issued.verifier.verify(issued.serviceToken('users:read'))).toMatchObject({
      sub: 'auth-service',
      scope: 'users:read',
      roles: [],
    });
  });

  it('drops a role it does not know', async () => {
    const claims = await issued.verifier.verify(issued.sign({ ...good, roles: ['user', 'superadmin'] }));
    expect(claims.roles).toEqual(['user']);
  });

  it('allows clocks to differ by five seconds and no more', async () => {
    const at = (offset: number) => createVerifier({ ...issued, now: () => now + offset * 1000 });
    const token = issued.sign(good);
    await expect(at(604).verify(token)).resolves.toMatchObject({ sid: good.sid });
    await expect(at(606).verify(token)).rejects.toThrow('has expired');
  });

  it('reports that a token has expired, in a header as well (RFC 6750)', async () => {
    const error: unknown = await issued.verifier
      .verify(issued.sign({ ...good, exp: seconds - 6 }))
      .catch((e: unknown) => e);
    expect((error as AppError).headers).toEqual({ 'www-authenticate': 'Bearer error="invalid_token"' });
  });

  const [header = '', payload = '', signature = ''] = issued.sign(good).split('.');
  const { privateKey: strangersKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const publicKey = parseJwks(issued.jwks).get('test');
  const publicPem = publicKey?.export({ type: 'spki', format: 'pem' }) ?? '';
  const hs256 = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'test' })}.${payload}`;
  const forged = {
    'nothing at all': '',
    'two parts': `${header}.${payload}`,
    'five parts': `${header}.${payload}.${signature}.AA.AA`,
    'alg none without a signature': `${encode({ alg: 'none', typ: 'at+jwt', kid: 'test' })}.${payload}.`,
    'alg none with the old signature': `${encode({ alg: 'none', typ: 'at+jwt', kid: 'test' })}.${payload}.${signature}`,
    'HS256 with the public key as its secret': `${hs256}.${createHmac('sha256', publicPem).update(hs256).digest('base64url')}`,
    'RS512 by the right key': issued.sign(good, { alg: 'RS512' }),
    'PS256 by the right key': issued.sign(good, { alg: 'PS256' }),
    'a stranger’s key under our kid': signJws(strangersKey, { alg: 'RS256', typ: 'at+jwt', kid: 'test' }, good),
    'a stranger’s key brought along': signJws(
      strangersKey,
      { alg: 'RS256', typ: 'at+jwt', kid: 'other', jwk: strangersKey.export({ format: 'jwk' }) },
      good,
    ),
    'an unknown kid': issued.sign(good, { kid: 'other' }),
    'no kid': issued.sign(good, { kid: undefined }),
    'a kid that is a path': issued.sign(good, { kid: '__proto__' }),
    'typ JWT': issued.sign(good, { typ: 'JWT' }),
    'no typ': issued.sign(good, { typ: undefined }),
    'an extension that must be understood': issued.sign(good, { crit: ['exp'] }),
    'another issuer': issued.sign({ ...good, iss: 'https://evil.example' }),
    'no issuer': issued.sign({ ...good, iss: undefined }),
    'another audience': issued.sign({ ...good, aud: 'other' }),
    'no audience': issued.sign({ ...good, aud: undefined }),
    expired: issued.sign({ ...good, exp: seconds - 6 }),
    'no expiry': issued.sign({ ...good, exp: undefined }),
    'not valid yet': issued.sign({ ...good, nbf: seconds + 60 }),
    'a subject that is no user': issued.sign({ ...good, sub: 'root' }),
    'neither session nor scope': issued.sign({ ...good, sid: undefined }),
    'session and scope': issued.sign({ ...good, scope: 'users:read' }),
    'an unknown scope': issued.sign({ ...good, sid: undefined, roles: undefined, scope: 'everything' }),
    'roles that are no list': issued.sign({ ...good, roles: 'admin' }),
    'our token read as one of another algorithm': `${encode({ alg: 'RS512', typ: 'at+jwt', kid: 'test' })}.${payload}.${signature}`,
    'another payload under the signature': `${header}.${encode({ ...good, roles: ['admin'] })}.${signature}`,
    'another spelling of the signature': `${header}.${payload}.${sameBytes(signature)}`,
    'a padded signature': `${header}.${payload}.${signature}==`,
    'a signature in plain base64': `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`,
    'a space in the signature': `${header}.${payload}.${signature} `,
    'a newline in the payload': `${header}.${payload.slice(0, 4)}\n${payload.slice(4)}.${signature}`,
    'a header that is no JSON': `${Buffer.from('{"alg":').toString('base64url')}.${payload}.${signature}`,
    'a header that is null': `${encode(null)}.${payload}.${signature}`,
    'a very long one': `${header}.${payload}.${'A'.repeat(10_000)}`,
  };

  it.each(Object.entries(forged))('refuses %s', async (_what, token) => {
    expect(await codeOf(token)).toBe('invalid_token');
  });
});

describe('recall', () => {
  const open = () => {
    const clock = { now };
    const keys = new Map([...parseJwks(issued.jwks)]);
    const source = { find: (kid: string) => Promise.resolve(keys.get(kid)), present: (kid: string) => keys.get(kid) };
    const { issuer, audience } = issued;
    return { clock, keys, verifier: createVerifier({ issuer, audience, keys: source, now: () => clock.now }) };
  };

  it('knows a token once it was verified, and no other text', async () => {
    const { verifier } = open();
    const token = issued.sign(good);
    expect(verifier.recall(token)).toBeUndefined();
    const claims = await verifier.verify(token);
    expect(verifier.recall(token)).toEqual(claims);
    expect(verifier.recall(`${token}A`)).toBeUndefined();
    await expect(verifier.verify(token.replace(/[^.]+$/, 'AAAA'))).rejects.toThrow(AppError);
    expect(verifier.recall(token.replace(/[^.]+$/, 'AAAA'))).toBeUndefined();
  });

  it('forgets it when it expires', async () => {
    const { verifier, clock } = open();
    const token = issued.sign(good);
    await verifier.verify(token);
    clock.now = now + 604_999;
    expect(verifier.recall(token)).toBeDefined();
    clock.now = now + 605_000;
    expect(verifier.recall(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toThrow(AppError);
  });

  it('forgets it when its key is withdrawn or replaced, not when the same one is fetched again', async () => {
    const { verifier, keys } = open();
    const token = issued.sign(good);
    await verifier.verify(token);
    for (const [kid, key] of parseJwks(issued.jwks)) keys.set(kid, key);
    expect(verifier.recall(token)).toBeDefined();
    for (const kid of keys.keys()) keys.set(kid, generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey);
    expect(verifier.recall(token)).toBeUndefined();
    keys.clear();
    expect(verifier.recall(token)).toBeUndefined();
  });
});
