import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedIn } from '@evenkeel/contracts';
import { privateRedis, type PrivateRedis } from '@evenkeel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootService, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let redis: PrivateRedis;
let service: ServiceUnderTest;
beforeEach(async () => {
  redis = await privateRedis(process.env);
  service = await bootService({ redis });
});
afterEach(async () => {
  redis.resume();
  await service[Symbol.asyncDispose]();
  await redis.close();
});

async function everythingButTheKeysIsUnavailable(someone: SignedIn): Promise<void> {
  const { email } = someone.user;
  const answers = await Promise.all([
    service.post('/auth/register', { email: 'new@example.com', password: PASSWORD, name: 'New' }),
    service.post('/auth/login', { email, password: PASSWORD }),
    service.refresh(someone.refresh_token),
    service.post('/auth/logout', { refresh_token: someone.refresh_token }),
    service.get('/auth/sessions', someone.access_token),
  ]);
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  expect((await service.get('/.well-known/jwks.json')).status).toBe(200);
}

async function untilItAnswers(someone: SignedIn): Promise<void> {
  while ((await service.get('/auth/sessions', someone.access_token)).status === 503) await sleep(50);
}

it('responds with 503 while Redis is paused, and then continues with the same sessions', async () => {
  const someone = await service.someone();
  redis.pause();
  await everythingButTheKeysIsUnavailable(someone);
  redis.resume();
  await untilItAnswers(someone);
  expect((await service.get('/auth/sessions', someone.access_token)).status).toBe(200);
  expect((await service.refresh(someone.refresh_token)).status).toBe(200);
});

it('responds with 503 while Redis is down, and recovers when it is back', async () => {
  const someone = await service.someone();
  await redis.kill();
  await everythingButTheKeysIsUnavailable(someone);
  await redis.start();
  await untilItAnswers(someone);
  const login = { email: someone.user.email, password: PASSWORD };
  expect((await service.post('/auth/login', login)).status).toBe(200);
});

it('does not spend a token when Redis is paused in the middle of a refresh', async () => {
  const someone = await service.someone();
  service.users.beforeFind = () => redis.pause();
  expect(await service.refresh(someone.refresh_token)).toMatchObject({ status: 503 });
  service.users.beforeFind = () => undefined;
  // Redis now carries out what it was sent before the request failed.
  redis.resume();
  await untilItAnswers(someone);
  expect((await service.refresh(someone.refresh_token)).status).toBe(200);
});

it('does not respond with 503, which means not done, if the account was created just before Redis paused', async () => {
  service.users.beforeSignIn = () => redis.pause();
  const ada = { email: 'ada@example.com', password: PASSWORD };
  const answer = await service.post('/auth/register', { ...ada, name: 'Ada' });
  expect(answer).toMatchObject({ status: 504, body: { code: 'timeout' } });
  service.users.beforeSignIn = () => undefined;
  redis.resume();
  await expect.poll(async () => (await service.post('/auth/login', ada)).status).toBe(200);
});
