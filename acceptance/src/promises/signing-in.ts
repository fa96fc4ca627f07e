import { expectBody, expectProblem, expectSame, expectThat } from '../expect.ts';
import { BrokenPromise } from '../broken-promise.ts';
import { check, type Group } from '../runner/check.ts';
import { signedInShape, type Problem } from '../shapes.ts';

/** More than anybody needs who has forgotten which of their passwords it was. */
const GUESSES = 30;

export const signingIn: Group = {
  title: 'Signing in',
  checks: [
    check('the right password opens a session of its own', async ({ api, people }) => {
      const { email, password, refreshToken } = await people.bystander();
      const answer = await api.post('/auth/login', { email, password });
      const signedIn = expectBody(answer, 200, signedInShape);
      expectSame(answer.asked, 'user.email', signedIn.user.email, email);
      expectThat(answer.asked, signedIn.refresh_token !== refreshToken, 'a new refresh token', 'the earlier one');
    }),
    check('an unknown email and a wrong password get the same answer', async ({ api, people }) => {
      const { email } = await people.bystander();
      const wrong = await api.post('/auth/login', { email, password: 'not the right one' });
      const unknown = await api.post('/auth/login', { email: people.email(), password: 'not the right one' });
      const problems = [wrong, unknown].map((answer) => expectProblem(answer, 401, 'invalid_credentials'));
      const [first, second] = problems.map(withoutTrace);
      expectSame(unknown.asked, 'the body', second, first);
      const names = [wrong, unknown].map(({ headers }) => Object.keys(headers).sort());
      expectSame(unknown.asked, 'the header fields', names[1], names[0]);
    }),
    check('a deleted account answers like an unknown email', async ({ api, people }) => {
      const { id, email, password, accessToken } = await people.someone();
      await api.send('DELETE', `/users/${id}`, { token: accessToken });
      expectProblem(await api.post('/auth/login', { email, password }), 401, 'invalid_credentials');
    }),
    check('SQL as an email lets nobody in', async ({ api }) => {
      const answer = await api.post('/auth/login', { email: `' OR '1'='1' --`, password: `' OR '1'='1` });
      expectProblem(answer, 401, 'invalid_credentials');
    }),
    check('a NUL byte in an email or a password lets nobody in and breaks nothing', async ({ api, people }) => {
      const { email } = await people.bystander();
      for (const body of [
        { email: `nobody\u0000@example.com`, password: 'not the right one' },
        { email, password: 'not the\u0000right one' },
      ]) {
        const answer = await api.post('/auth/login', body);
        if (answer.status === 400) expectProblem(answer, 400, 'invalid_request');
        else expectProblem(answer, 401, 'invalid_credentials');
      }
    }),
    check('who guesses passwords is stopped, and told for how long', async ({ api, people }) => {
      const { email } = await people.chameleon();
      for (let tried = 1; tried <= GUESSES; tried += 1) {
        const answer = await api.post('/auth/login', { email, password: `guess number ${String(tried)}` });
        if (answer.status === 429) {
          expectProblem(answer, 429, 'rate_limited');
          const wait = answer.headers['retry-after'] ?? 'none';
          expectThat(answer.asked, /^[1-9]\d*$/.test(wait), 'Retry-After in seconds', wait);
          return `after ${String(tried - 1)}, for ${wait} s`;
        }
        expectProblem(answer, 401, 'invalid_credentials');
      }
      throw new BrokenPromise('POST /auth/login', `429 within ${String(GUESSES)} guesses`, 'an answer to each');
    }),
    check('what is missing is told', async ({ api }) => {
      const { errors = [] } = expectProblem(await api.post('/auth/login', {}), 400, 'invalid_request');
      const paths = errors.map(({ path }) => path).sort();
      expectSame('POST /auth/login', 'errors for', paths, ['email', 'password']);
    }),
  ],
};

function withoutTrace({ trace_id: _, ...rest }: Problem): Omit<Problem, 'trace_id'> {
  return rest;
}
