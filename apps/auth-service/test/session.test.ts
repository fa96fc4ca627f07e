import { randomUUID } from 'node:crypto';
import { ENDED_SESSIONS_KEY, sessionListSchema, type Session, type SignedIn } from '@evenkeel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootService, CLIENT_SECRET, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function sessions({ access_token }: SignedIn): Promise<Session[]> {
  const answer = await service.get('/auth/sessions', access_token);
  expect(answer.status).toBe(200);
  return sessionListSchema.parse(answer.body).items;
}

async function login({ user }: SignedIn, agent = 'test'): Promise<SignedIn> {
  const credentials = { email: user.email, password: PASSWORD };
  return (await service.post<SignedIn>('/auth/login', credentials, { 'user-agent': agent })).body;
}

async function endAll(body: object): Promise<number> {
  const request = { client_id: 'user-service', client_secret: CLIENT_SECRET, scope: 'sessions:end' };
  const { body: token } = await service.post<{ access_token: string }>('/internal/token', request);
  const authorization = `Bearer ${token.access_token}`;
  return (await service.post('/internal/sessions/end', body, { authorization })).status;
}

it('lists the caller’s sessions, the last used first, and marks the current one', async () => {
  const phone = await service.someone();
  service.clock.now += 1000;
  const laptop = await login(phone, 'Laptop/1.0');
  await service.someone();
  const [first, second, ...more] = await sessions(phone);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ user_agent: 'Laptop/1.0', current: false });
  expect(first?.last_used_at).toBe(new Date(service.clock.now).toISOString());
  expect(second).toMatchObject({ current: true });

  service.clock.now += 1000;
  await service.refresh(phone.refresh_token);
  const [now] = await sessions(laptop);
  expect(now).toMatchObject({ id: second?.id, created_at: second?.created_at, current: false });
  expect(now?.last_used_at).toBe(new Date(service.clock.now).toISOString());
});

it('ends one session, whose tokens are worth nothing from then on', async () => {
  const phone = await service.someone();
  const laptop = await login(phone);
  const [id] = (await sessions(phone)).filter(({ current }) => !current).map((session) => session.id);
  const inCapitals = String(id).toUpperCase();
  expect((await service.delete(`/auth/sessions/${inCapitals}`, phone.access_token)).status).toBe(204);

  expect(await service.refresh(laptop.refresh_token)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  const refused = await service.get('/auth/sessions', laptop.access_token);
  expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(Number(await service.redis.zscore(ENDED_SESSIONS_KEY, String(id)))).toBe(service.clock.now);
  expect(await sessions(phone)).toHaveLength(1);
  expect((await service.delete(`/auth/sessions/${String(id)}`, phone.access_token)).status).toBe(404);
});

it('never ends another user’s session', async () => {
  const [alice, bob] = [await service.someone(), await service.someone()];
  const [session] = await sessions(bob);
  const answer = await service.delete(`/auth/sessions/${String(session?.id)}`, alice.access_token);
  expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await sessions(bob)).toHaveLength(1);
  expect((await service.delete(`/auth/sessions/${randomUUID()}`, alice.access_token)).status).toBe(404);
  expect((await service.delete('/auth/sessions/1', alice.access_token)).status).toBe(400);
});

it('ends all sessions of a user for user-service, but the one that requested it', async () => {
  const phone = await service.someone();
  await login(phone);
  await login(phone);
  const [kept] = (await sessions(phone)).filter(({ current }) => current);
  const stranger = await service.someone();
  expect(await endAll({ user_id: phone.user.id, except_session: kept?.id })).toBe(204);
  expect(await sessions(phone)).toEqual([kept]);
  expect(await endAll({ user_id: phone.user.id })).toBe(204);
  expect((await service.get('/auth/sessions', phone.access_token)).status).toBe(401);
  expect(await sessions(stranger)).toHaveLength(1);
  expect(await endAll({ user_id: randomUUID() })).toBe(204);
});

it('lets the session that changed the password go on with the new credentials', async () => {
  const phone = await service.someone();
  const [current] = await sessions(phone);
  service.users.change(phone.user.id, { credentials_version: 2 });
  expect(await endAll({ user_id: phone.user.id, except_session: current?.id, credentials_version: 2 })).toBe(204);
  expect((await service.refresh(phone.refresh_token)).status).toBe(200);
});

it('lets it go on also when it is refreshed while its credentials are renewed', async () => {
  const phone = await service.someone();
  const [current] = await sessions(phone);
  service.users.beforeFind = async () => {
    service.users.change(phone.user.id, { credentials_version: 2 });
    await endAll({ user_id: phone.user.id, except_session: current?.id, credentials_version: 2 });
  };
  const refreshed = await service.refresh(phone.refresh_token);
  service.users.beforeFind = () => undefined;
  expect(refreshed.status).toBe(200);
  expect((await service.refresh(refreshed.body.refresh_token)).status).toBe(200);
});

it('ends no session that was opened with the new credentials, however late the request arrives', async () => {
  const phone = await service.someone();
  service.users.change(phone.user.id, { credentials_version: 2 });
  const tablet = await login(phone);
  const late = { user_id: phone.user.id, credentials_version: 2 };
  expect(await endAll(late)).toBe(204);
  expect((await service.refresh(tablet.refresh_token)).status).toBe(200);
  expect((await service.refresh(phone.refresh_token)).status).toBe(401);
});

it('renews no session of another user', async () => {
  const [alice, bob] = [await service.someone(), await service.someone()];
  const [session] = await sessions(bob);
  expect(await endAll({ user_id: alice.user.id, except_session: session?.id, credentials_version: 7 })).toBe(204);
  expect((await service.refresh(bob.refresh_token)).status).toBe(200);
});

it('lets only a service with that scope end them', async () => {
  const { access_token, user } = await service.someone();
  const body = { user_id: user.id };
  const authorization = `Bearer ${access_token}`;
  expect((await service.post('/internal/sessions/end', body)).status).toBe(401);
  expect((await service.post('/internal/sessions/end', body, { authorization })).status).toBe(403);
});

it('forgets ended sessions when their access tokens have expired anyway', async () => {
  const old = await service.someone();
  const [session] = await sessions(old);
  await service.post('/auth/logout', { refresh_token: old.refresh_token });
  service.clock.now += 599_000;
  await service.post('/auth/logout', { refresh_token: (await service.someone()).refresh_token });
  expect(await service.redis.zscore(ENDED_SESSIONS_KEY, String(session?.id))).not.toBeNull();
  service.clock.now += 120_000;
  await service.post('/auth/logout', { refresh_token: (await service.someone()).refresh_token });
  expect(await service.redis.zscore(ENDED_SESSIONS_KEY, String(session?.id))).toBeNull();
});

it('ends the oldest sessions of a user who has more than a hundred', async () => {
  const first = await service.someone();
  for (let count = 0; count < 10; count++) {
    service.clock.now += 1;
    await Promise.all(Array.from({ length: 10 }, () => login(first)));
  }
  expect((await service.refresh(first.refresh_token)).status).toBe(401);
  const last = await login(first);
  expect(await sessions(last)).toHaveLength(100);
});
