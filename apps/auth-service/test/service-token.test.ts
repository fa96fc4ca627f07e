import { createVerifier, createRemoteKeys } from '@evenkeel/tokens';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootService, CLIENT_SECRET, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await bootService();
});
afterAll(() => service[Symbol.asyncDispose]());

const request = { client_id: 'user-service', client_secret: CLIENT_SECRET, scope: 'sessions:end' };

it('returns a short-lived token for one scope to a service', async () => {
  const answer = await service.post<{ access_token: string; expires_in: number }>('/internal/token', request);
  expect(answer).toMatchObject({ status: 200, body: { expires_in: 60 } });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const keys = createRemoteKeys({ url: `${service.url}/.well-known/jwks.json` });
  const verifier = createVerifier({ issuer: 'https://evenkeel.local', audience: 'evenkeel', keys });
  const claims = await verifier.verify(answer.body.access_token);
  expect(claims).toMatchObject({ sub: 'user-service', scope: 'sessions:end', roles: [] });
  expect(claims).not.toHaveProperty('sid');
  expect(await service.get('/auth/sessions', answer.body.access_token)).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
});

it.each([
  ['a wrong secret', { client_secret: 'a secret of somebody else' }, 401, 'unauthenticated'],
  ['an unknown client', { client_id: 'nobody' }, 401, 'unauthenticated'],
  ['a client that is a property of objects', { client_id: 'constructor' }, 401, 'unauthenticated'],
  ['an empty secret', { client_secret: '' }, 400, 'invalid_request'],
  ['a scope that it does not need', { scope: 'users:read' }, 403, 'forbidden'],
  ['a scope that is none', { scope: 'everything' }, 400, 'invalid_request'],
  [
    'a client without any scope',
    { client_id: 'other-service', client_secret: 'another secret that is long enough' },
    403,
    'forbidden',
  ],
])('refuses %s', async (_what, changes, status, code) => {
  expect(await service.post('/internal/token', { ...request, ...changes })).toMatchObject({ status, body: { code } });
});

it('rotates the secret of a service, which may switch at any time between', async () => {
  const next = 'the next secret of user-service for tests';
  const statusWith = async (client_secret: string) =>
    (await service.post('/internal/token', { ...request, client_secret })).status;

  expect(service.setClientSecrets([next, CLIENT_SECRET])).toBe(true);
  expect([await statusWith(CLIENT_SECRET), await statusWith(next)]).toEqual([200, 200]);
  expect(service.setClientSecrets([next])).toBe(true);
  expect([await statusWith(CLIENT_SECRET), await statusWith(next)]).toEqual([401, 200]);
  // One without any secret is a mistake; the last good ones stay.
  expect(service.setClientSecrets([])).toBe(false);
  expect(await statusWith(next)).toBe(200);
});
