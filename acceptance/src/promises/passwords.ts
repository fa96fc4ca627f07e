import { expectBody, expectMistake, expectProblem, expectStatus } from '../expect.ts';
import type { Answer } from '../http/answer.ts';
import type { Api } from '../http/api.ts';
import type { Person } from '../people.ts';
import { check, type Group } from '../runner/check.ts';
import { signedInShape } from '../shapes.ts';
import { untilRefused } from './until-refused.ts';

const NEW_PASSWORD = 'eleven grey herons wait';

export const passwords: Group = {
  title: 'Changing the password',
  checks: [
    check('only who knows the present password may change it', async ({ api, people }) => {
      const person = await people.bystander();
      const answer = await change(api, person, 'not the right one', NEW_PASSWORD);
      // Not 401: a client that refreshes its tokens on 401 would only repeat the guess.
      expectProblem(answer, 403, 'forbidden');
      expectStatus(await api.post('/auth/login', { email: person.email, password: person.password }), 200);
    }),
    check('the new password has to be a good one', async ({ api, people }) => {
      const person = await people.bystander();
      expectMistake(await change(api, person, person.password, 'password123'), 'new_password');
      expectMistake(await change(api, person, person.password, 'short'), 'new_password');
    }),
    check('the other sessions end, the one that asked stays', async ({ api, people }) => {
      const person = await people.someone();
      const other = await people.signIn(person);
      expectStatus(await change(api, person, person.password, NEW_PASSWORD), 204);
      person.password = NEW_PASSWORD;
      const refused = await api.post('/auth/refresh', { refresh_token: other.refresh_token });
      expectProblem(refused, 401, 'invalid_token');
      const took = await untilRefused(api, other.access_token);
      expectStatus(await api.get('/users/me', { token: person.accessToken }), 200);
      const kept = await api.post('/auth/refresh', { refresh_token: person.refreshToken });
      person.accessToken = expectBody(kept, 200, signedInShape).access_token;
      return took;
    }),
    check('no sign-in that overlaps the change survives it', async ({ api, people }) => {
      const person = await people.someone();
      const { email, password } = person;
      const changing = change(api, person, password, NEW_PASSWORD);
      const overlapping = Array.from({ length: 8 }, () => api.post('/auth/login', { email, password }));
      expectStatus(await changing, 204);
      person.password = NEW_PASSWORD;
      const tokens = (await Promise.all(overlapping)).flatMap((answer) => {
        if (answer.status === 200) return [expectBody(answer, 200, signedInShape)];
        expectProblem(answer, 401, 'invalid_credentials');
        return [];
      });
      for (const { access_token, refresh_token } of tokens) {
        expectProblem(await api.post('/auth/refresh', { refresh_token }), 401, 'invalid_token');
        await untilRefused(api, access_token);
      }
      return `${String(tokens.length)} of ${String(overlapping.length)} were let in before`;
    }),
    check('from then on the new password counts, and the old one does not', async ({ api, people }) => {
      const person = await people.someone();
      const old = person.password;
      expectStatus(await change(api, person, old, NEW_PASSWORD), 204);
      person.password = NEW_PASSWORD;
      const { email } = person;
      expectProblem(await api.post('/auth/login', { email, password: old }), 401, 'invalid_credentials');
      expectStatus(await api.post('/auth/login', { email, password: NEW_PASSWORD }), 200);
    }),
  ],
};

function change(api: Api, { accessToken }: Person, present: string, next: string): Promise<Answer> {
  const body = { current_password: present, new_password: next };
  return api.post('/users/me/password', body, { token: accessToken });
}
