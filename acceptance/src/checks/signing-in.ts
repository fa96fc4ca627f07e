import { expectBody, expectProblem, expectSame, expectThat } from '../expect.ts';
import { CheckFailed } from '../check-failed.ts';
import { check, type Group } from '../runner/check.ts';
import { signedInShape, type Problem } from '../shapes.ts';

/** More than it takes to try all passwords that one might have used. */
const GUESSES = 30;

export const signingIn: Group = {
  title: 'Signing in',
  checks: [
    check('the right password opens a session of its own', async ({ api, accounts }) => {
      const { email, password, refreshToken } = await accounts.bystander();
      const response = await api.post('/auth/login', { email, password });
      const signedIn = expectBody(response, 200, signedInShape);
      expectSame(response.request, 'user.email', signedIn.user.email, email);
      expectThat(response.request, signedIn.refresh_token !== refreshToken, 'a new refresh token', 'the earlier one');
    }),
    check('an unknown email and a wrong password get the same response', async ({ api, accounts }) => {
      const { email } = await accounts.bystander();
      const wrong = await api.post('/auth/login', { email, password: 'not the right one' });
      const unknown = await api.post('/auth/login', { email: accounts.email(), password: 'not the right one' });
      const problems = [wrong, unknown].map((response) => expectProblem(response, 401, 'invalid_credentials'));
      const [first, second] = problems.map(withoutTrace);
      expectSame(unknown.request, 'the body', second, first);
      const names = [wrong, unknown].map(({ headers }) => Object.keys(headers).sort());
      expectSame(unknown.request, 'the header fields', names[1], names[0]);
    }),
    check('a deleted account looks like an unknown email', async ({ api, accounts }) => {
      const { id, email, password, accessToken } = await accounts.someone();
      await api.send('DELETE', `/users/${id}`, { token: accessToken });
      expectProblem(await api.post('/auth/login', { email, password }), 401, 'invalid_credentials');
    }),
    check('SQL as an email is refused', async ({ api }) => {
      const response = await api.post('/auth/login', { email: `' OR '1'='1' --`, password: `' OR '1'='1` });
      expectProblem(response, 401, 'invalid_credentials');
    }),
    check('a NUL byte in an email or a password is refused and breaks nothing', async ({ api, accounts }) => {
      const { email } = await accounts.bystander();
      for (const body of [
        { email: `nobody\u0000@example.com`, password: 'not the right one' },
        { email, password: 'not the\u0000right one' },
      ]) {
        const response = await api.post('/auth/login', body);
        if (response.status === 400) expectProblem(response, 400, 'invalid_request');
        else expectProblem(response, 401, 'invalid_credentials');
      }
    }),
    check('guessing passwords is rate limited, with Retry-After', async ({ api, accounts }) => {
      const { email } = await accounts.chameleon();
      for (let tried = 1; tried <= GUESSES; tried += 1) {
        const response = await api.post('/auth/login', { email, password: `guess number ${String(tried)}` });
        if (response.status === 429) {
          expectProblem(response, 429, 'rate_limited');
          const wait = response.headers['retry-after'] ?? 'none';
          expectThat(response.request, /^[1-9]\d*$/.test(wait), 'Retry-After in seconds', wait);
          return `after ${String(tried - 1)}, for ${wait} s`;
        }
        expectProblem(response, 401, 'invalid_credentials');
      }
      throw new CheckFailed('POST /auth/login', `429 within ${String(GUESSES)} guesses`, 'a response to each');
    }),
    check('missing fields are named', async ({ api }) => {
      const { errors = [] } = expectProblem(await api.post('/auth/login', {}), 400, 'invalid_request');
      const paths = errors.map(({ path }) => path).sort();
      expectSame('POST /auth/login', 'errors for', paths, ['email', 'password']);
    }),
  ],
};

function withoutTrace({ trace_id: _, ...rest }: Problem): Omit<Problem, 'trace_id'> {
  return rest;
}
