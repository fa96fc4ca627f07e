import { randomUUID } from 'node:crypto';
import { expectBody, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { check, type Group } from '../runner/check.ts';
import { sessionsShape } from '../shapes.ts';
import { untilRefused } from './until-refused.ts';

export const sessions: Group = {
  title: 'Sessions',
  checks: [
    check('a user sees their sessions, and which one is the current one', async ({ api, accounts }) => {
      const account = await accounts.someone();
      const other = await accounts.signIn(account);
      const response = await api.get('/auth/sessions', { token: other.access_token });
      const { items } = expectBody(response, 200, sessionsShape);
      expectSame(response.request, 'number of sessions', items.length, 2);
      expectSame(response.request, 'number of current ones', items.filter(({ current }) => current).length, 1);
    }),
    check('a session that is deleted ends: both of its tokens are refused', async ({ api, accounts }) => {
      const account = await accounts.someone();
      const other = await accounts.signIn(account);
      const { items } = expectBody(await api.get('/auth/sessions', { token: account.accessToken }), 200, sessionsShape);
      const id = items.find(({ current }) => !current)?.id ?? '';
      expectStatus(await api.send('DELETE', `/auth/sessions/${id}`, { token: account.accessToken }), 204);
      const refused = await api.post('/auth/refresh', { refresh_token: other.refresh_token });
      expectProblem(refused, 401, 'invalid_token');
      const took = await untilRefused(api, other.access_token);
      expectStatus(await api.get('/users/me', { token: account.accessToken }), 200);
      return took;
    }),
    check('logging out ends the session, its access token included', async ({ api, accounts }) => {
      const { access_token, refresh_token } = await accounts.signIn(await accounts.bystander());
      expectStatus(await api.post('/auth/logout', { refresh_token }), 204);
      const took = await untilRefused(api, access_token);
      const refused = await api.post('/auth/refresh', { refresh_token });
      expectProblem(refused, 401, 'invalid_token');
      return took;
    }),
    check('a user neither sees nor ends the session of another', async ({ api, accounts }) => {
      const [one, other] = [await accounts.bystander(), await accounts.neighbour()];
      const token = other.accessToken;
      const theirs = expectBody(await api.get('/auth/sessions', { token: one.accessToken }), 200, sessionsShape);
      const mine = expectBody(await api.get('/auth/sessions', { token }), 200, sessionsShape);
      const id = theirs.items[0]?.id ?? '';
      const shared = mine.items.some((each) => theirs.items.some((their) => their.id === each.id));
      expectThat('GET /auth/sessions', !shared, 'only own sessions', JSON.stringify(mine));
      expectProblem(await api.send('DELETE', `/auth/sessions/${id}`, { token }), 404, 'not_found');
      expectStatus(await api.get('/users/me', { token: one.accessToken }), 200);
    }),
    check('a session that does not exist is 404, an id that is not a UUID 400', async ({ api, accounts }) => {
      const token = (await accounts.bystander()).accessToken;
      expectProblem(await api.send('DELETE', `/auth/sessions/${randomUUID()}`, { token }), 404, 'not_found');
      expectProblem(await api.send('DELETE', '/auth/sessions/1', { token }), 400, 'invalid_request');
    }),
    check('without a token there are no sessions to see', async ({ api }) => {
      expectProblem(await api.get('/auth/sessions'), 401, 'unauthenticated');
    }),
  ],
};
