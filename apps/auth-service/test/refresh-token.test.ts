import { ENDED_SESSIONS_KEY, type SignedIn } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '@evenkeel/testing';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterEach(() => {
  service.users.failure = undefined;
});
afterAll(() => service[Symbol.asyncDispose]());

const refused = { status: 401, body: { code: 'invalid_token' } };

function sessionOf({ access_token }: SignedIn): string {
  const payload = Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { sid: string }).sid;
}

function rolesIn({ access_token }: SignedIn): unknown {
  const payload = Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { roles: unknown }).roles;
}

async function isOpen(signedIn: SignedIn): Promise<boolean> {
  const ended = await service.redis.zscore(ENDED_SESSIONS_KEY, sessionOf(signedIn));
  const there = await service.redis.exists(`auth:session:${sessionOf(signedIn)}`);
  expect(there).toBe(ended === null ? 1 : 0);
  return ended === null;
}

describe('refresh', () => {
  it('returns a new pair for the same session', async () => {
    const first = await service.someone();
    const second = await service.refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.headers.get('cache-control')).toBe('no-store');
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(second.body.user).toEqual(first.user);
    expect(sessionOf(second.body)).toBe(sessionOf(first));
    expect((await service.refresh(second.body.refresh_token)).status).toBe(200);
  });

  it('lets exactly one of many win that come with the same token at once', async () => {
    const first = await service.someone();
    const answers = await Promise.all(Array.from({ length: 12 }, () => service.refresh(first.refresh_token)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(11);
    expect(await isOpen(first)).toBe(true);
    expect((await service.refresh((won[0] as Answer<SignedIn>).body.refresh_token)).status).toBe(200);
  });

  it('refuses a spent token within ten seconds, and the session goes on', async () => {
    const first = await service.someone();
    const second = await service.refresh(first.refresh_token);
    service.clock.now += 9_999;
    expect(await service.refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isOpen(first)).toBe(true);
    expect((await service.refresh(second.body.refresh_token)).status).toBe(200);
  });

  it('ends the session when a spent token comes back later', async () => {
    const first = await service.someone();
    const second = await service.refresh(first.refresh_token);
    service.clock.now += 10_001;
    expect(await service.refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isOpen(first)).toBe(false);
    expect(await service.refresh(second.body.refresh_token)).toMatchObject(refused);
    expect(service.log).toContainEqual(expect.objectContaining({ level: 'warn', session: sessionOf(first) }));
  });

  it('ends it also when the token was spent so long ago that it is no longer stored', async () => {
    const first = await service.someone();
    await service.refresh(first.refresh_token);
    const spent = await service.redis.keys('auth:spent:*');
    await service.redis.del(...spent);
    expect(await service.refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isOpen(first)).toBe(false);
  });

  it('remembers spent tokens for a minute only, so that they do not pile up', async () => {
    const first = await service.someone();
    await service.refresh(first.refresh_token);
    for (const key of await service.redis.keys('auth:spent:*')) {
      expect(await service.redis.pttl(key)).toBeLessThanOrEqual(60_000);
      expect(await service.redis.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('refuses a token that was never issued, and ends no session for it', async () => {
    const first = await service.someone();
    const bytes = Buffer.from(first.refresh_token, 'base64url');
    const otherFamily = Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(16, 7), bytes.subarray(32)]);
    const text = first.refresh_token;
    const tokens = [
      'x',
      first.access_token.slice(0, 200),
      otherFamily.toString('base64url'),
      Buffer.alloc(64).toString('base64url'),
      `${text}=`,
      ` ${text}`,
      `${text}A`,
      text.slice(1),
    ];
    for (const token of tokens) expect(await service.refresh(token)).toMatchObject(refused);
    expect(await isOpen(first)).toBe(true);
    expect((await service.refresh(text)).status).toBe(200);
  });

  it('puts the roles of this moment into the new token', async () => {
    const first = await service.someone();
    expect(rolesIn(first)).toEqual(['user']);
    service.users.change(first.user.id, { roles: ['user', 'admin'] });
    const second = await service.refresh(first.refresh_token);
    expect(rolesIn(second.body)).toEqual(['user', 'admin']);
    expect(second.body.user.roles).toEqual(['user', 'admin']);
  });

  it('ends the session of a user who was deleted', async () => {
    const first = await service.someone();
    service.users.remove(first.user.id);
    expect(await service.refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isOpen(first)).toBe(false);
  });

  it('ends the session when the password has changed since it was opened', async () => {
    const first = await service.someone();
    service.users.change(first.user.id, { credentials_version: 2 });
    expect(await service.refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isOpen(first)).toBe(false);
  });

  it('does not spend the token when user-service does not respond', async () => {
    const first = await service.someone();
    service.users.failure = new AppError('unavailable', 'Later.');
    expect(await service.refresh(first.refresh_token)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    service.users.failure = undefined;
    expect((await service.refresh(first.refresh_token)).status).toBe(200);
  });

  it('keeps a session that is used, and lets one go that is not', async () => {
    const first = await service.someone();
    const key = `auth:session:${sessionOf(first)}`;
    const days = async () => Math.round((await service.redis.pttl(key)) / 86_400_000);
    expect(await days()).toBe(30);
    await service.redis.pexpire(key, 1000);
    await service.refresh(first.refresh_token);
    expect(await days()).toBe(30);
  });
});

describe('logout', () => {
  it('ends the whole session, and again does nothing', async () => {
    const first = await service.someone();
    const second = await service.refresh(first.refresh_token);
    const body = { refresh_token: second.body.refresh_token };
    expect((await service.post('/auth/logout', body)).status).toBe(204);
    expect(await isOpen(first)).toBe(false);
    expect(await service.refresh(second.body.refresh_token)).toMatchObject(refused);
    expect((await service.post('/auth/logout', body)).status).toBe(204);
  });

  it('ends it also with a token that was spent', async () => {
    const first = await service.someone();
    await service.refresh(first.refresh_token);
    expect((await service.post('/auth/logout', { refresh_token: first.refresh_token })).status).toBe(204);
    expect(await isOpen(first)).toBe(false);
  });

  it('ends no session for a forged token', async () => {
    const first = await service.someone();
    const bytes = Buffer.from(first.refresh_token, 'base64url').fill(0, 16, 32);
    expect((await service.post('/auth/logout', { refresh_token: bytes.toString('base64url') })).status).toBe(204);
    expect(await isOpen(first)).toBe(true);
  });
});
