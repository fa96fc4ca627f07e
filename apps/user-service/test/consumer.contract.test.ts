import { createCredentialsClient, createSessionsClient, createTokenClient } from '@evenkeel/contracts';
import {
  accountBody,
  describeContract,
  like,
  number,
  problemBody,
  publishedKeys,
  regex,
} from '@evenkeel/testing/contracts';
import { createRemoteKeys } from '@evenkeel/tokens';
import { expect, it } from 'vitest';
import { SERVICE_NAME } from '../src/config.ts';

const login = { email: 'ada@example.com', password: 'correct horse battery' };
const clientSecret = 'a secret that is long enough for tests';
const userId = '4f9c0f0e-5d5c-4d0c-9a53-0f6f4b0d7c11';
const requester = { signal: new AbortController().signal, forwarded: 'for=192.0.2.1' };

/** Service tokens are the names of their scopes: auth-service's tests put real ones in their place. */
const tokens = (scope: string) => Promise.resolve(scope);
const sessionsAt = (baseUrl: string) => createSessionsClient({ baseUrl }, tokens);
const credentialsAt = (baseUrl: string) => createCredentialsClient({ baseUrl }, tokens);

await describeContract({ consumer: SERVICE_NAME, provider: 'auth-service', env: process.env }, (interaction) => {
  it('gets service tokens', () =>
    interaction('this service may request tokens', { client_secret: clientSecret })
      .uponReceiving('a request for a service token')
      .withRequest('POST', '/internal/token', (request) =>
        request.jsonBody({ client_id: SERVICE_NAME, client_secret: clientSecret, scope: 'sessions:end' }),
      )
      .willRespondWith(200, (response) => response.jsonBody({ access_token: like('a token'), expires_in: number(60) }))
      .executeTest(async ({ url }) => {
        const serviceTokens = createTokenClient({ baseUrl: url }, SERVICE_NAME, () => clientSecret);
        expect(await serviceTokens('sessions:end')).toBe('a token');
      }));

  it('finds the published keys', () =>
    interaction()
      .uponReceiving('a request for the public keys')
      .withRequest('GET', '/.well-known/jwks.json')
      .willRespondWith(200, (response) => response.jsonBody(publishedKeys))
      .executeTest(async ({ url }) => {
        const keys = createRemoteKeys({ url: new URL('/.well-known/jwks.json', url) });
        expect(await keys.find('first')).toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' });
      }));

  const endSessions = {
    user_id: userId,
    except_session: '8a2d6c2e-14b7-4b57-8f0a-3f3a1a4f2d90',
    credentials_version: 2,
  };

  it("ends a user's other sessions when the password changes", () =>
    interaction()
      .uponReceiving('a user whose password changed')
      .withRequest('POST', '/internal/sessions/end', (request) =>
        request.headers({ authorization: 'Bearer sessions:end' }).jsonBody(endSessions),
      )
      .willRespondWith(204)
      .executeTest(({ url }) => sessionsAt(url).end(endSessions)));

  it('ends all sessions of a user who is deleted', () =>
    interaction()
      .uponReceiving('a user who was deleted')
      .withRequest('POST', '/internal/sessions/end', (request) =>
        request.headers({ authorization: 'Bearer sessions:end' }).jsonBody({ user_id: userId }),
      )
      .willRespondWith(204)
      .executeTest(({ url }) => sessionsAt(url).end({ user_id: userId })));

  it('tells when to retry while sessions cannot be ended', () =>
    interaction('Redis is unavailable')
      .uponReceiving('a user who was deleted during an outage')
      .withRequest('POST', '/internal/sessions/end', (request) =>
        request.headers({ authorization: 'Bearer sessions:end' }).jsonBody({ user_id: userId }),
      )
      .willRespondWith(503, (response) => response.headers({ 'retry-after': regex(/^[1-9]\d*$/, '3') }))
      .executeTest(async ({ url }) => {
        const ended = sessionsAt(url).end({ user_id: userId });
        await expect(ended).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '3' } });
      }));

  const confirmation = { ...login, new_email: 'ada@example.org' };
  const headers = { authorization: 'Bearer credentials:confirm', forwarded: requester.forwarded };

  it('confirms the credentials of a signed-in user', () =>
    interaction('a user with this email exists', login)
      .uponReceiving('the right credentials')
      .withRequest('POST', '/internal/credentials/confirm', (request) =>
        request.headers(headers).jsonBody(confirmation),
      )
      .willRespondWith(200, (response) => response.jsonBody(accountBody))
      .executeTest(async ({ url }) => {
        expect(await credentialsAt(url).confirm(confirmation, requester)).toMatchObject({ credentials_version: 1 });
      }));

  it('refuses a wrong password', () => {
    const wrong = { ...login, password: 'wrong' };
    return interaction('a user with this email exists', login)
      .uponReceiving('a wrong password')
      .withRequest('POST', '/internal/credentials/confirm', (request) => request.headers(headers).jsonBody(wrong))
      .willRespondWith(401, (response) => response.jsonBody(problemBody(401, 'invalid_credentials')))
      .executeTest(async ({ url }) => {
        const confirmed = credentialsAt(url).confirm(wrong, requester);
        await expect(confirmed).rejects.toMatchObject({ code: 'invalid_credentials' });
      });
  });

  it('passes on that there were too many attempts, and when to retry', () =>
    interaction('the sign-in attempts of this email are used up', login)
      .uponReceiving('the right credentials after too many wrong ones')
      .withRequest('POST', '/internal/credentials/confirm', (request) => request.headers(headers).jsonBody(login))
      .willRespondWith(429, (response) =>
        response.headers({ 'retry-after': regex(/^[1-9]\d*$/, '3') }).jsonBody(problemBody(429, 'rate_limited')),
      )
      .executeTest(async ({ url }) => {
        const confirmed = credentialsAt(url).confirm(login, requester);
        await expect(confirmed).rejects.toMatchObject({ code: 'rate_limited', headers: { 'retry-after': '3' } });
      }));
});
