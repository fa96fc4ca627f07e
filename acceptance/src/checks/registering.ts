import { expectBody, expectMistake, expectProblem, expectSame, expectThat } from '../expect.ts';
import { PASSWORD } from '../accounts.ts';
import { check, type Group } from '../runner/check.ts';
import { signedInShape } from '../shapes.ts';

const name = 'Robin Example';

export const registering: Group = {
  title: 'Registering',
  checks: [
    check('a new user gets an account with the role of a user, and is signed in at once', async ({ accounts }) => {
      const email = accounts.email();
      const response = await accounts.register({ email, password: PASSWORD, name });
      const { user } = expectBody(response, 201, signedInShape);
      expectSame(response.request, 'user', [user.email, user.name, user.roles], [email, name, ['user']]);
    }),
    check('a response with tokens is never cached (RFC 6749, section 5.1)', async ({ api, accounts }) => {
      const { email, password } = await accounts.bystander();
      const response = await api.post('/auth/login', { email, password });
      const got = response.headers['cache-control'] ?? 'none';
      expectThat(response.request, got.includes('no-store'), 'Cache-Control: no-store', got);
    }),
    check('an email is the same in capitals and with spaces around it', async ({ accounts }) => {
      const { email } = await accounts.bystander();
      const body = { email: ` ${email.toUpperCase()} `, password: PASSWORD, name };
      expectProblem(await accounts.register(body), 409, 'email_taken');
    }),
    check('an email that has an account is refused with 409', async ({ accounts }) => {
      const { email } = await accounts.bystander();
      expectProblem(await accounts.register({ email, password: PASSWORD, name }), 409, 'email_taken');
    }),
    check('of many registrations of one email at the same moment exactly one succeeds', async ({ accounts }) => {
      const body = { email: accounts.email(), password: PASSWORD, name };
      const responses = await Promise.all(Array.from({ length: 5 }, () => accounts.register(body)));
      const made = responses.filter(({ status }) => status === 201);
      for (const response of responses) if (response.status !== 201) expectProblem(response, 409, 'email_taken');
      expectThat('POST /auth/register, five at once', made.length === 1, 'one 201', String(made.length));
    }),
    check('a common password is refused', async ({ accounts }) => {
      expectMistake(await accounts.register({ email: accounts.email(), password: 'password123', name }), 'password');
    }),
    check('a password of fewer than 8 characters is refused', async ({ accounts }) => {
      expectMistake(await accounts.register({ email: accounts.email(), password: 'k7#rT2p', name }), 'password');
    }),
    check('a password of more than 128 characters is refused', async ({ accounts }) => {
      expectMistake(
        await accounts.register({ email: accounts.email(), password: 'kettle '.repeat(19), name }),
        'password',
      );
    }),
    check('a password is as long as it looks, however it is typed', async ({ accounts }) => {
      const four = 'e\u0301'.repeat(4);
      expectMistake(await accounts.register({ email: accounts.email(), password: four, name }), 'password');
      const long = 'kettle e\u0301'.repeat(16);
      const response = await accounts.register({ email: accounts.email(), password: long, name: 'Zoe\u0308' });
      expectSame(response.request, 'name', expectBody(response, 201, signedInShape).user.name, 'Zo\u00eb');
    }),
    check('what is not text, or is invisible, is refused', async ({ accounts }) => {
      const register = (body: object) =>
        accounts.register({ email: accounts.email(), password: PASSWORD, name, ...body });
      expectMistake(await register({ password: '\ud800'.repeat(8) }), 'password');
      for (const bad of ['\u200b\u200b', 'Robin\u202enimda', 'Robin\ud800']) {
        expectMistake(await register({ name: bad }), 'name');
      }
    }),
    check('an invalid email is refused', async ({ accounts }) => {
      expectMistake(await accounts.register({ email: 'robin at example', password: PASSWORD, name }), 'email');
    }),
    check('all mistakes are reported at once', async ({ accounts }) => {
      const { errors = [] } = expectProblem(
        await accounts.register({ email: 'robin', password: 'short', name: '' }),
        400,
        'invalid_request',
      );
      const paths = [...new Set(errors.map(({ path }) => path))].sort();
      expectSame('POST /auth/register', 'errors for', paths, ['email', 'name', 'password']);
    }),
    check('unknown fields are refused, and cannot make an administrator', async ({ accounts }) => {
      const body = { email: accounts.email(), password: PASSWORD, name, roles: ['admin'] };
      expectProblem(await accounts.register(body), 400, 'invalid_request');
    }),
    check('a NUL byte in a name is refused', async ({ accounts }) => {
      expectMistake(
        await accounts.register({ email: accounts.email(), password: PASSWORD, name: 'Rob\u0000in' }),
        'name',
      );
    }),
    check('a NUL byte in an email is refused', async ({ accounts }) => {
      const email = accounts.email().replace('@', '\u0000@');
      expectMistake(await accounts.register({ email, password: PASSWORD, name }), 'email');
    }),
    check('SQL in a name is a name like any other', async ({ accounts }) => {
      const sql = `Robin'); DROP TABLE users; --`;
      const response = await accounts.register({ email: accounts.email(), password: PASSWORD, name: sql });
      expectSame(response.request, 'name', expectBody(response, 201, signedInShape).user.name, sql);
    }),
  ],
};
