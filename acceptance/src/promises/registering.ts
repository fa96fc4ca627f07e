import { expectBody, expectMistake, expectProblem, expectSame, expectThat } from '../expect.ts';
import { PASSWORD } from '../people.ts';
import { check, type Group } from '../runner/check.ts';
import { signedInShape } from '../shapes.ts';

const name = 'Robin Example';

export const registering: Group = {
  title: 'Registering',
  checks: [
    check('a new person gets an account with the role of a user, and is signed in at once', async ({ people }) => {
      const email = people.email();
      const answer = await people.register({ email, password: PASSWORD, name });
      const { user } = expectBody(answer, 201, signedInShape);
      expectSame(answer.asked, 'user', [user.email, user.name, user.roles], [email, name, ['user']]);
    }),
    check('an answer that holds tokens may be kept by no cache (RFC 6749, section 5.1)', async ({ api, people }) => {
      const { email, password } = await people.bystander();
      const answer = await api.post('/auth/login', { email, password });
      const got = answer.headers['cache-control'] ?? 'none';
      expectThat(answer.asked, got.includes('no-store'), 'Cache-Control: no-store', got);
    }),
    check('an email is the same in capitals and with spaces around it', async ({ people }) => {
      const { email } = await people.bystander();
      const body = { email: ` ${email.toUpperCase()} `, password: PASSWORD, name };
      expectProblem(await people.register(body), 409, 'email_taken');
    }),
    check('an email that has an account is refused with 409', async ({ people }) => {
      const { email } = await people.bystander();
      expectProblem(await people.register({ email, password: PASSWORD, name }), 409, 'email_taken');
    }),
    check('of many who register one email at the same moment exactly one gets it', async ({ people }) => {
      const body = { email: people.email(), password: PASSWORD, name };
      const answers = await Promise.all(Array.from({ length: 5 }, () => people.register(body)));
      const made = answers.filter(({ status }) => status === 201);
      for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409, 'email_taken');
      expectThat('POST /auth/register, five at once', made.length === 1, 'one 201', String(made.length));
    }),
    check('a password that many people use is refused', async ({ people }) => {
      expectMistake(await people.register({ email: people.email(), password: 'password123', name }), 'password');
    }),
    check('a password of fewer than 8 characters is refused', async ({ people }) => {
      expectMistake(await people.register({ email: people.email(), password: 'k7#rT2p', name }), 'password');
    }),
    check('a password of more than 128 characters is refused', async ({ people }) => {
      expectMistake(await people.register({ email: people.email(), password: 'kettle '.repeat(19), name }), 'password');
    }),
    check('a password is as long as it looks, however it is typed', async ({ people }) => {
      const four = 'e\u0301'.repeat(4);
      expectMistake(await people.register({ email: people.email(), password: four, name }), 'password');
      const long = 'kettle e\u0301'.repeat(16);
      const answer = await people.register({ email: people.email(), password: long, name: 'Zoe\u0308' });
      expectSame(answer.asked, 'name', expectBody(answer, 201, signedInShape).user.name, 'Zo\u00eb');
    }),
    check('what is no text, or cannot be seen, is refused', async ({ people }) => {
      const register = (body: object) => people.register({ email: people.email(), password: PASSWORD, name, ...body });
      expectMistake(await register({ password: '\ud800'.repeat(8) }), 'password');
      for (const bad of ['\u200b\u200b', 'Robin\u202enimda', 'Robin\ud800']) {
        expectMistake(await register({ name: bad }), 'name');
      }
    }),
    check('what is no email is refused', async ({ people }) => {
      expectMistake(await people.register({ email: 'robin at example', password: PASSWORD, name }), 'email');
    }),
    check('all mistakes are told at once', async ({ people }) => {
      const { errors = [] } = expectProblem(
        await people.register({ email: 'robin', password: 'short', name: '' }),
        400,
        'invalid_request',
      );
      const paths = [...new Set(errors.map(({ path }) => path))].sort();
      expectSame('POST /auth/register', 'errors for', paths, ['email', 'name', 'password']);
    }),
    check('a field that the API does not know is refused, and makes nobody an administrator', async ({ people }) => {
      const body = { email: people.email(), password: PASSWORD, name, roles: ['admin'] };
      expectProblem(await people.register(body), 400, 'invalid_request');
    }),
    check('a NUL byte in a name is refused', async ({ people }) => {
      expectMistake(await people.register({ email: people.email(), password: PASSWORD, name: 'Rob\u0000in' }), 'name');
    }),
    check('a NUL byte in an email is refused', async ({ people }) => {
      const email = people.email().replace('@', '\u0000@');
      expectMistake(await people.register({ email, password: PASSWORD, name }), 'email');
    }),
    check('SQL in a name is a name like any other', async ({ people }) => {
      const sql = `Robin'); DROP TABLE users; --`;
      const answer = await people.register({ email: people.email(), password: PASSWORD, name: sql });
      expectSame(answer.asked, 'name', expectBody(answer, 201, signedInShape).user.name, sql);
    }),
  ],
};
