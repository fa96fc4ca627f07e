import { expectBody, expectMistake, expectProblem, expectStatus } from '../expect.ts';
import type { ApiResponse } from '../http/response.ts';
import type { Api } from '../http/api.ts';
import type { Account } from '../accounts.ts';
import { check, type Group } from '../runner/check.ts';
import { signedInShape } from '../shapes.ts';
import { untilRefused } from './until-refused.ts';

const NEW_PASSWORD = 'eleven grey herons wait';

export const passwords: Group = {
  title: 'Changing the password',
  checks: [
    check('changing the password needs the current one', async ({ api, accounts }) => {
      const account = await accounts.bystander();
      const response = await change(api, account, 'not the right one', NEW_PASSWORD);
      // Not 401: a client that refreshes its tokens on 401 would only repeat the guess.
      expectProblem(response, 403, 'forbidden');
      expectStatus(await api.post('/auth/login', { email: account.email, password: account.password }), 200);
    }),
    check('a weak new password is refused', async ({ api, accounts }) => {
      const account = await accounts.bystander();
      expectMistake(await change(api, account, account.password, 'password123'), 'new_password');
      expectMistake(await change(api, account, account.password, 'short'), 'new_password');
    }),
    check('all other sessions end, the current one stays', async ({ api, accounts }) => {
      const account = await accounts.someone();
      const other = await accounts.signIn(account);
      expectStatus(await change(api, account, account.password, NEW_PASSWORD), 204);
      account.password = NEW_PASSWORD;
      const refused = await api.post('/auth/refresh', { refresh_token: other.refresh_token });
      expectProblem(refused, 401, 'invalid_token');
      const took = await untilRefused(api, other.access_token);
      expectStatus(await api.get('/users/me', { token: account.accessToken }), 200);
      const kept = await api.post('/auth/refresh', { refresh_token: account.refreshToken });
      account.accessToken = expectBody(kept, 200, signedInShape).access_token;
      return took;
    }),
    check('no sign-in that overlaps the change survives it', async ({ api, accounts }) => {
      const account = await accounts.someone();
      const { email, password } = account;
      const changing = change(api, account, password, NEW_PASSWORD);
      const overlapping = Array.from({ length: 8 }, () => api.post('/auth/login', { email, password }));
      expectStatus(await changing, 204);
      account.password = NEW_PASSWORD;
      const tokens = (await Promise.all(overlapping)).flatMap((response) => {
        if (response.status === 200) return [expectBody(response, 200, signedInShape)];
        expectProblem(response, 401, 'invalid_credentials');
        return [];
      });
      for (const { access_token, refresh_token } of tokens) {
        expectProblem(await api.post('/auth/refresh', { refresh_token }), 401, 'invalid_token');
        await untilRefused(api, access_token);
      }
      return `${String(tokens.length)} of ${String(overlapping.length)} were let in before`;
    }),
    check('the new password works, the old one does not', async ({ api, accounts }) => {
      const account = await accounts.someone();
      const old = account.password;
      expectStatus(await change(api, account, old, NEW_PASSWORD), 204);
      account.password = NEW_PASSWORD;
      const { email } = account;
      expectProblem(await api.post('/auth/login', { email, password: old }), 401, 'invalid_credentials');
      expectStatus(await api.post('/auth/login', { email, password: NEW_PASSWORD }), 200);
    }),
  ],
};

function change(api: Api, { accessToken }: Account, present: string, next: string): Promise<ApiResponse> {
  const body = { current_password: present, new_password: next };
  return api.post('/users/me/password', body, { token: accessToken });
}
