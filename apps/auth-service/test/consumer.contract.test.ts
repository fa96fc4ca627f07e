import { createUsersClient } from '@evenkeel/contracts';
import { accountBody, describeContract, eachLike, like, problemBody, regex } from '@evenkeel/testing/contracts';
import { expect, it } from 'vitest';
import { SERVICE_NAME } from '../src/config.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' };
const { name: _, ...login } = ada;
const id = '4f9c0f0e-5d5c-4d0c-9a53-0f6f4b0d7c11';
const requester = { signal: new AbortController().signal, forwarded: 'for=192.0.2.1' };

/** A client whose tokens are the names of their scopes: user-service's tests put a real token in their place. */
const usersAt = (baseUrl: string) => createUsersClient({ baseUrl }, (scope) => Promise.resolve(scope));

const headers = (scope: string) => ({ authorization: `Bearer ${scope}`, forwarded: requester.forwarded });

await describeContract({ consumer: SERVICE_NAME, provider: 'user-service', env: process.env }, (interaction) => {
  it('verifies the credentials of a user', () =>
    interaction('a user with this email exists', login)
      .uponReceiving('the right credentials')
      .withRequest('POST', '/internal/credentials/verify', (request) =>
        request.headers(headers('credentials:verify')).jsonBody(login),
      )
      .willRespondWith(200, (response) => response.jsonBody(accountBody))
      .executeTest(async ({ url }) => {
        expect(await usersAt(url).verifyCredentials(login, requester)).toMatchObject({ id, credentials_version: 1 });
      }));

  it('refuses a wrong password', () => {
    const wrong = { ...login, password: 'wrong' };
    return interaction('a user with this email exists', login)
      .uponReceiving('a wrong password')
      .withRequest('POST', '/internal/credentials/verify', (request) =>
        request.headers(headers('credentials:verify')).jsonBody(wrong),
      )
      .willRespondWith(401, (response) => response.jsonBody(problemBody(401, 'invalid_credentials')))
      .executeTest(async ({ url }) => {
        const verified = usersAt(url).verifyCredentials(wrong, requester);
        await expect(verified).rejects.toMatchObject({ code: 'invalid_credentials' });
      });
  });

  it('refuses an unknown user alike', () =>
    interaction('there are no users')
      .uponReceiving('the credentials of an unknown user')
      .withRequest('POST', '/internal/credentials/verify', (request) =>
        request.headers(headers('credentials:verify')).jsonBody(login),
      )
      .willRespondWith(401, (response) => response.jsonBody(problemBody(401, 'invalid_credentials')))
      .executeTest(async ({ url }) => {
        const verified = usersAt(url).verifyCredentials(login, requester);
        await expect(verified).rejects.toMatchObject({ code: 'invalid_credentials' });
      }));

  it('registers a user', () =>
    interaction('there are no users')
      .uponReceiving('a new user')
      .withRequest('POST', '/internal/users', (request) => request.headers(headers('users:register')).jsonBody(ada))
      .willRespondWith(201, (response) => response.jsonBody(accountBody))
      .executeTest(async ({ url }) => {
        expect(await usersAt(url).register(ada, requester)).toMatchObject({ id, roles: ['user'] });
      }));

  it('does not register an email twice', () =>
    interaction('a user with this email exists', login)
      .uponReceiving('a new user whose email is taken')
      .withRequest('POST', '/internal/users', (request) => request.headers(headers('users:register')).jsonBody(ada))
      .willRespondWith(409, (response) => response.jsonBody(problemBody(409, 'email_taken')))
      .executeTest(async ({ url }) => {
        await expect(usersAt(url).register(ada, requester)).rejects.toMatchObject({ code: 'email_taken' });
      }));

  it('passes on what is wrong with a password', () => {
    const common = { ...ada, password: 'password1234' };
    const errors = eachLike({ path: regex(/^password$/, 'password'), message: like('is too common') });
    return interaction('there are no users')
      .uponReceiving('a new user with a common password')
      .withRequest('POST', '/internal/users', (request) => request.headers(headers('users:register')).jsonBody(common))
      .willRespondWith(400, (response) => response.jsonBody({ ...problemBody(400, 'invalid_request'), errors }))
      .executeTest(async ({ url }) => {
        const registered = usersAt(url).register(common, requester);
        await expect(registered).rejects.toMatchObject({ code: 'invalid_request', errors: [{ path: 'password' }] });
      });
  });

  it("reads a user's present state", () =>
    interaction('a user with this id exists', { id })
      .uponReceiving('the id of a user')
      .withRequest('GET', `/internal/users/${id}`, (request) => request.headers(headers('users:read')))
      .willRespondWith(200, (response) => response.jsonBody(accountBody))
      .executeTest(async ({ url }) => {
        expect(await usersAt(url).find(id, requester)).toMatchObject({ id, roles: ['user'], credentials_version: 1 });
      }));

  it('finds no user who was deleted', () =>
    interaction('there are no users')
      .uponReceiving('the id of a deleted user')
      .withRequest('GET', `/internal/users/${id}`, (request) => request.headers(headers('users:read')))
      .willRespondWith(404, (response) => response.jsonBody(problemBody(404, 'not_found')))
      .executeTest(async ({ url }) => {
        expect(await usersAt(url).find(id, requester)).toBeUndefined();
      }));

  it('tells when to retry while the users are unavailable', () =>
    interaction('PostgreSQL is unavailable')
      .uponReceiving('the id of a user during an outage')
      .withRequest('GET', `/internal/users/${id}`, (request) => request.headers(headers('users:read')))
      .willRespondWith(503, (response) => response.headers({ 'retry-after': regex(/^[1-9]\d*$/, '3') }))
      .executeTest(async ({ url }) => {
        const found = usersAt(url).find(id, requester);
        await expect(found).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '3' } });
      }));
});
