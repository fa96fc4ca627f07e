import { setTimeout as sleep } from 'node:timers/promises';
import { expectBody, expectProblem, expectSame, expectThat } from '../expect.ts';
import type { ApiResponse } from '../http/response.ts';
import type { Api } from '../http/api.ts';
import { check, patientCheck, type Group } from '../runner/check.ts';
import { signedInShape } from '../shapes.ts';
import { untilRefused } from './until-refused.ts';

/** Two tabs of one browser, or a retry after a lost response, come back within ten seconds. */
const GRACE_MS = 10_000;

const refresh = (api: Api, token: string): Promise<ApiResponse> => api.post('/auth/refresh', { refresh_token: token });

export const refreshing: Group = {
  title: 'Refreshing',
  checks: [
    check('a refresh token gives a new pair of tokens, once', async ({ api, accounts }) => {
      const { refresh_token: first, user } = await accounts.signIn(await accounts.bystander());
      const response = await refresh(api, first);
      const next = expectBody(response, 200, signedInShape);
      expectSame(response.request, 'user.email', next.user.email, user.email);
      expectThat(response.request, next.refresh_token !== first, 'a new refresh token', 'the one that was sent');
      expectProblem(await refresh(api, first), 401, 'invalid_token');
    }),
    check('two tabs that refresh at the same moment do not end the session', async ({ api, accounts }) => {
      const { refresh_token: token } = await accounts.signIn(await accounts.bystander());
      const responses = await Promise.all([refresh(api, token), refresh(api, token)]);
      const won = responses.filter(({ status }) => status === 200);
      expectThat('POST /auth/refresh, twice at once', won.length === 1, 'one 200', `${String(won.length)} of them`);
      const next = expectBody(won[0] as ApiResponse, 200, signedInShape);
      expectBody(await api.get('/users/me', { token: next.access_token }), 200, signedInShape.shape.user);
      expectBody(await refresh(api, next.refresh_token), 200, signedInShape);
    }),
    patientCheck('reusing a spent token ends its whole session', async ({ api, accounts }) => {
      const { refresh_token: first } = await accounts.signIn(await accounts.bystander());
      const next = expectBody(await refresh(api, first), 200, signedInShape);
      await sleep(GRACE_MS + 1_000);
      expectProblem(await refresh(api, first), 401, 'invalid_token');
      expectProblem(await refresh(api, next.refresh_token), 401, 'invalid_token');
      return untilRefused(api, next.access_token);
    }),
    check('an unknown refresh token is refused', async ({ api, accounts }) => {
      expectProblem(await refresh(api, 'A'.repeat(43)), 401, 'invalid_token');
      const { refreshToken } = await accounts.bystander();
      const altered = (refreshToken.startsWith('A') ? 'B' : 'A') + refreshToken.slice(1);
      expectProblem(await refresh(api, altered), 401, 'invalid_token');
    }),
    check('an access token does not work as a refresh token, nor the other way round', async ({ api, accounts }) => {
      const { accessToken, refreshToken } = await accounts.bystander();
      const response = await refresh(api, accessToken);
      if (response.status === 400) expectProblem(response, 400, 'invalid_request');
      else expectProblem(response, 401, 'invalid_token');
      expectProblem(await api.get('/users/me', { token: refreshToken }), 401, 'invalid_token');
    }),
  ],
};
