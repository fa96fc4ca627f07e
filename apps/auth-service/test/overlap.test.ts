import { ENDED_SESSIONS_KEY, type Account, type SignedIn } from '@evenkeel/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '@evenkeel/testing';
import { bootService, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterEach(() => {
  service.users.afterRead = () => undefined;
});
afterAll(() => service[Symbol.asyncDispose]());

async function endAll(body: object): Promise<void> {
  expect((await service.asUserService('sessions:end', '/internal/sessions/end', body)).status).toBe(204);
}

/** What user-service does, and then requests, when an account loses what its sessions depend on. */
const losses: [string, (account: Pick<Account, 'id' | 'credentials_version'>) => Promise<void>][] = [
  [
    'new credentials',
    async ({ id, credentials_version: old }) => {
      service.users.change(id, { credentials_version: old + 1 });
      await endAll({ user_id: id, credentials_version: old + 1 });
    },
  ],
  [
    'a deletion',
    async ({ id }) => {
      service.users.remove(id);
      await endAll({ user_id: id });
    },
  ],
];

const login = (email: string) => service.post<SignedIn>('/auth/login', { email, password: PASSWORD });

function versionsOf(userId: string): Promise<(string | null)[]> {
  return service.redis
    .zrange(`auth:user-sessions:${userId}`, '0', '-1')
    .then((ids) => Promise.all(ids.map((id) => service.redis.hget(`auth:session:${id}`, 'version'))));
}

describe.each(losses)('%s, after the account was read and before the session is opened', (_what, lose) => {
  it('lets no login in', async () => {
    const { user } = await service.someone();
    service.users.afterRead = lose;
    expect(await login(user.email)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(await versionsOf(user.id)).toEqual([]);
  });

  it('opens no session for a registration', async () => {
    let id = '';
    service.users.afterRead = (account) => {
      id = account.id;
      return lose(account);
    };
    const body = { email: 'overlapped@example.com', password: PASSWORD, name: 'Someone' };
    expect(await service.post('/auth/register', body)).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
    expect(await versionsOf(id)).toEqual([]);
    service.users.remove(id);
  });

  it('lets no refresh through', async () => {
    const { user, refresh_token } = await service.someone();
    service.users.afterRead = lose;
    expect(await service.refresh(refresh_token)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(await versionsOf(user.id)).toEqual([]);
  });

  it('leaves none of many that sign in meanwhile', async () => {
    for (let round = 0; round < 20; round++) {
      const { user } = await service.someone();
      const attempts = [login(user.email), login(user.email), login(user.email)];
      // In each round at another moment of the sign-ins.
      for (let turn = 0; turn < round; turn++) await new Promise(setImmediate);
      await lose({ id: user.id, credentials_version: 1 });
      const answers: Answer<SignedIn>[] = await Promise.all([...attempts, login(user.email)]);
      // Those that came after the change were let in with the new credentials: the password is the same here.
      const survivors = (await versionsOf(user.id)).filter((version) => Number(version) < 2);
      expect(survivors, `round ${String(round)}`).toEqual([]);
      for (const { status } of answers) expect([200, 401]).toContain(status);
    }
  });
});

it('accepts a sign-in with the new credentials', async () => {
  const { user } = await service.someone();
  await losses[0]?.[1]({ id: user.id, credentials_version: 1 });
  expect((await login(user.email)).status).toBe(200);
  expect(await versionsOf(user.id)).toEqual(['2']);
});

it('takes no older version for the present one, in whatever order they arrive', async () => {
  const { user } = await service.someone();
  service.users.change(user.id, { credentials_version: 3 });
  await endAll({ user_id: user.id, credentials_version: 3 });
  await endAll({ user_id: user.id, credentials_version: 2 });
  service.users.change(user.id, { credentials_version: 2 });
  expect((await login(user.email)).status).toBe(401);
});

it('remembers what has ended for a day, which no sign-in takes', async () => {
  const { user } = await service.someone();
  await endAll({ user_id: user.id, credentials_version: 2 });
  const ttl = await service.redis.pttl(`auth:least-credentials:${user.id}`);
  expect(ttl).toBeGreaterThan(0);
  expect(ttl).toBeLessThanOrEqual(86_400_000);
  expect(await service.redis.exists(ENDED_SESSIONS_KEY)).toBe(1);
});
