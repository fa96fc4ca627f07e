import { signedInSchema, type SignedIn } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { createVerifier, createRemoteKeys } from '@evenkeel/tokens';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bootService, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterEach(() => {
  service.users.failure = undefined;
});
afterAll(() => service[Symbol.asyncDispose]());

const ada = { email: ' Ada@Example.com ', password: PASSWORD, name: 'Ada Lovelace' };

it('registers and signs in, with tokens that every service can check', async () => {
  const registered = await service.post('/auth/register', ada);
  expect(registered.status).toBe(201);
  expect(registered.headers.get('cache-control')).toBe('no-store');
  const first = signedInSchema.strict().parse(registered.body);
  expect(first.user).toMatchObject({ email: 'ada@example.com', name: 'Ada Lovelace', roles: ['user'] });
  expect(first.user).not.toHaveProperty('credentials_version');
  expect(first).toMatchObject({ token_type: 'Bearer', expires_in: 600 });

  const login = await service.post<SignedIn>('/auth/login', { email: 'ADA@example.com', password: PASSWORD });
  expect(login.status).toBe(200);
  expect(login.body.user).toEqual(first.user);

  const keys = createRemoteKeys({ url: `${service.url}/.well-known/jwks.json` });
  const verifier = createVerifier({ issuer: 'https://evenkeel.local', audience: 'evenkeel', keys });
  const [one, two] = await Promise.all([first, login.body].map(({ access_token }) => verifier.verify(access_token)));
  expect(one).toMatchObject({ sub: first.user.id, roles: ['user'] });
  expect(one?.sid).not.toBe(two?.sid);
  expect(one?.jti).not.toBe(two?.jti);
});

it('responds alike to an unknown user and a wrong password', async () => {
  const { user } = await service.someone();
  const wrong = await service.post('/auth/login', { email: user.email, password: 'wrong' });
  const unknown = await service.post('/auth/login', { email: 'nobody@example.com', password: 'wrong' });
  expect(wrong.status).toBe(401);
  expect(wrong.body).toMatchObject({ code: 'invalid_credentials' });
  expect(unknown).toMatchObject({ status: wrong.status, body: wrong.body });
});

it('reports that an email is taken', async () => {
  const { user } = await service.someone();
  const again = await service.post('/auth/register', { ...ada, email: user.email });
  expect(again).toMatchObject({ status: 409, body: { code: 'email_taken' } });
});

it('passes on why user-service refuses a password', async () => {
  const errors = [{ path: 'password', message: 'is among the most common ones' }];
  service.users.failure = new AppError('invalid_request', 'The body is not valid.', { errors });
  const answer = await service.post('/auth/register', { ...ada, email: 'bob@example.com', password: 'password123' });
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors } });
});

it('is unavailable, and nothing worse, when user-service is', async () => {
  service.users.failure = new AppError('unavailable', 'Later.');
  const answer = await service.post('/auth/login', { email: 'ada@example.com', password: PASSWORD });
  expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

it('keeps no password, token or email in Redis or in its log', async () => {
  const { user, refresh_token, access_token } = await service.someone();
  await service.refresh(refresh_token);
  const dump = await dumpOf(service);
  expect(dump).toContain(user.id);
  const kept = dump + JSON.stringify(service.log);
  for (const secret of [user.email, PASSWORD, refresh_token, access_token]) expect(kept).not.toContain(secret);
});

it.each([
  ['no body', undefined, 400],
  ['an unknown field', { ...ada, roles: ['admin'] }, 400],
  ['a short password', { ...ada, password: 'short' }, 400],
  ['a password of 129 characters', { ...ada, password: 'x'.repeat(129) }, 400],
  ['no email at all', { ...ada, email: 'ada' }, 400],
  ['NUL in the name', { ...ada, name: 'A\u0000' }, 400],
  ['a list', [ada], 400],
])('refuses to register %s', async (_what, body, status) => {
  const answer = await service.post('/auth/register', body);
  expect(answer.status).toBe(status);
  expect(answer.body['code']).toBe('invalid_request');
});

async function dumpOf({ redis }: ServiceUnderTest): Promise<string> {
  const parts = (await redis.keys('*')).map(async (key) => {
    const type = await redis.type(key);
    const value =
      type === 'hash'
        ? await redis.hgetall(key)
        : type === 'zset'
          ? await redis.zrange(key, '0', '-1')
          : await redis.get(key);
    return `${key} ${JSON.stringify(value)}`;
  });
  return (await Promise.all(parts)).join('\n');
}
