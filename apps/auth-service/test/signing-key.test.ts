import { createHmac } from 'node:crypto';
import { createVerifier, parseJwks, createRemoteKeys, type Jwks } from '@evenkeel/tokens';
import { generateSigningKey, createTestKeys } from '@evenkeel/tokens/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await bootService();
});
afterEach(() => service[Symbol.asyncDispose]());

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('publishes its keys for a minute at a time, and nothing private', async () => {
  const answer = await service.get<Jwks>('/.well-known/jwks.json');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
  expect([...parseJwks(answer.body).keys()]).toEqual(['first']);
  expect(Object.keys(answer.body.keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'key_ops', 'kid', 'kty', 'n', 'use']);
});

it('rotates its keys without ending a session', async () => {
  const [first, second] = [generateSigningKey('first'), generateSigningKey('second')];
  const verifier = createVerifier({
    issuer: 'https://evenkeel.local',
    audience: 'evenkeel',
    keys: createRemoteKeys({ url: `${service.url}/.well-known/jwks.json` }),
  });
  const kidOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

  expect(service.setSigningKeys({ active: 'first', keys: [first, second] })).toBe(true);
  const before = await service.someone();
  await verifier.verify(before.access_token);
  expect(service.setSigningKeys({ active: 'second', keys: [first, second] })).toBe(true);
  const after = await service.refresh(before.refresh_token);
  expect([kidOf(before.access_token), kidOf(after.body.access_token)]).toEqual(['first', 'second']);
  await verifier.verify(after.body.access_token);
  await verifier.verify(before.access_token);
  expect((await service.get('/auth/sessions', before.access_token)).status).toBe(200);

  expect(service.setSigningKeys({ active: 'second', keys: [second] })).toBe(true);
  expect((await service.get('/auth/sessions', before.access_token)).status).toBe(401);
  expect((await service.get('/auth/sessions', after.body.access_token)).status).toBe(200);
  expect((await service.refresh(after.body.refresh_token)).status).toBe(200);
  expect(service.log.filter(({ level, kid }) => level === 'warn' && kid !== undefined)).toEqual([]);
});

it('warns when a key signs that was not published before, and uses it', async () => {
  const { refresh_token } = await service.someone();
  expect(service.setSigningKeys({ active: 'new', keys: [generateSigningKey('new')] })).toBe(true);
  expect(service.log).toContainEqual(expect.objectContaining({ level: 'warn', kid: 'new' }));
  // Verifiers that have just fetched the set look again only after their cool-down.
  service.clock.now += 6_000;
  expect((await service.refresh(refresh_token)).status).toBe(200);
});

it('keeps the last good keys when the new ones are not', async () => {
  const weak = { active: 'weak', keys: [generateSigningKey('weak', 1024)] };
  expect(service.setSigningKeys(weak)).toBe(false);
  const { access_token } = await service.someone();
  expect((await service.get('/auth/sessions', access_token)).status).toBe(200);
});

it('refuses forged tokens', async () => {
  const { access_token } = await service.someone();
  const [header = '', payload = '', signature = ''] = access_token.split('.');
  const jwks = (await service.get<Jwks>('/.well-known/jwks.json')).body;
  const pem = parseJwks(jwks).get('first')?.export({ type: 'spki', format: 'pem' }) ?? '';
  const hmac = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })}.${payload}`;
  const forged = [
    `${encode({ alg: 'none', typ: 'at+jwt', kid: 'first' })}.${payload}.`,
    `${hmac}.${createHmac('sha256', pem).update(hmac).digest('base64url')}`,
    `${header}.${payload}.${signature}=`,
    `${header}.${encode({ ...decode(payload), roles: ['admin'] })}.${signature}`,
    createTestKeys().userToken(),
    createTestKeys().sign(decode(payload), { kid: 'first' }),
  ];
  for (const token of forged) {
    const answer = await service.get('/auth/sessions', token);
    expect(answer, token).toMatchObject({ status: 401 });
  }
  expect((await service.get('/auth/sessions')).body).toMatchObject({ code: 'unauthenticated' });
  expect((await service.get('/auth/sessions', access_token)).status).toBe(200);
});

it('lets a token expire after ten minutes', async () => {
  const { access_token } = await service.someone();
  service.clock.now += 604_000;
  expect((await service.get('/auth/sessions', access_token)).status).toBe(200);
  service.clock.now += 2_000;
  expect((await service.get('/auth/sessions', access_token)).status).toBe(401);
});

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}
