import { randomUUID } from 'node:crypto';
import { expectBody, expectMistake, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { check, type Group } from '../runner/check.ts';
import { userShape } from '../shapes.ts';
import { untilRefused } from './until-refused.ts';

export const ownAccount: Group = {
  title: 'One’s own account',
  checks: [
    check('a person sees themselves, by /users/me and by their id alike', async ({ api, people }) => {
      const { id, email, accessToken: token } = await people.bystander();
      const me = await api.get('/users/me', { token });
      expectSame(me.asked, 'id and email', pick(expectBody(me, 200, userShape)), { id, email });
      const byId = await api.get(`/users/${id}`, { token });
      expectSame(byId.asked, 'the same body as /users/me', byId.text, me.text);
    }),
    check('a person may neither see, change nor delete somebody else', async ({ api, people }) => {
      const [one, other] = [await people.bystander(), await people.neighbour()];
      const path = `/users/${one.id}`;
      const token = other.accessToken;
      expectProblem(await api.get(path, { token }), 403, 'forbidden');
      expectProblem(await api.send('PATCH', path, { token, body: { name: 'Mine now' } }), 403, 'forbidden');
      expectProblem(await api.send('DELETE', path, { token }), 403, 'forbidden');
      expectStatus(await api.get(path, { token: one.accessToken }), 200);
    }),
    check('nobody finds out which ids exist', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      expectProblem(await api.get(`/users/${randomUUID()}`, { token }), 403, 'forbidden');
    }),
    check('a change shows at once, and changes nothing else', async ({ api, people }) => {
      const { id, accessToken: token } = await people.chameleon();
      const before = expectBody(await api.get(`/users/${id}`, { token }), 200, userShape);
      const answer = await api.send('PATCH', `/users/${id}`, { token, body: { name: 'Robin Other' } });
      const after = expectBody(answer, 200, userShape);
      expectSame(
        answer.asked,
        'the user',
        { ...after, updated_at: '' },
        { ...before, name: 'Robin Other', updated_at: '' },
      );
      expectThat(answer.asked, after.updated_at > before.updated_at, 'a later updated_at', after.updated_at);
      expectSame(
        answer.asked,
        'what is read next',
        expectBody(await api.get('/users/me', { token }), 200, userShape),
        after,
      );
    }),
    check('a change based on an old state is refused (If-Match)', async ({ api, people }) => {
      const { id, accessToken: token } = await people.chameleon();
      const old = (await api.get(`/users/${id}`, { token })).headers['etag'] ?? 'none';
      expectThat(`GET /users/${id}`, /^"[^"]+"$/.test(old), 'a strong ETag', old);
      const patch = (etag: string, name: string) =>
        api.send('PATCH', `/users/${id}`, { token, headers: { 'if-match': etag }, body: { name } });
      const first = await patch(old, 'Robin First');
      expectStatus(first, 200);
      expectProblem(await patch(old, 'Robin Second'), 412, 'precondition_failed');
      expectStatus(await patch(first.headers['etag'] ?? '', 'Robin Third'), 200);
      expectStatus(await patch('*', 'Robin Fourth'), 200);
      const stale = await api.send('DELETE', `/users/${id}`, { token, headers: { 'if-match': old } });
      expectProblem(stale, 412, 'precondition_failed');
    }),
    check('of two changes based on the same state one is refused', async ({ api, people }) => {
      const { id, accessToken: token } = await people.chameleon();
      const etag = (await api.get(`/users/${id}`, { token })).headers['etag'] ?? '';
      const answers = await Promise.all(
        ['Robin Left', 'Robin Right'].map((name) =>
          api.send('PATCH', `/users/${id}`, { token, headers: { 'if-match': etag }, body: { name } }),
        ),
      );
      expectSame(
        `PATCH /users/${id}, twice at once`,
        'statuses',
        answers.map(({ status }) => status).sort(),
        [200, 412],
      );
    }),
    check('nobody makes themselves an administrator', async ({ api, people }) => {
      const { id, accessToken: token } = await people.bystander();
      const answer = await api.send('PATCH', `/users/${id}`, { token, body: { roles: ['admin'] } });
      expectProblem(answer, 403, 'forbidden');
    }),
    check('an email that somebody else has is refused with 409', async ({ api, people }) => {
      const [one, other] = [await people.bystander(), await people.neighbour()];
      const body = { email: one.email, current_password: other.password };
      const answer = await api.send('PATCH', `/users/${other.id}`, { token: other.accessToken, body });
      expectProblem(answer, 409, 'email_taken');
    }),
    check('only who knows the password changes the email, or finds out who has one', async ({ api, people }) => {
      const [one, other] = [await people.bystander(), await people.neighbour()];
      const patch = (body: unknown) => api.send('PATCH', `/users/${other.id}`, { token: other.accessToken, body });
      for (const email of [one.email, people.email()]) {
        expectMistake(await patch({ email }), 'current_password');
        expectProblem(await patch({ email, current_password: 'not the right one' }), 403, 'forbidden');
      }
      const me = await api.get('/users/me', { token: other.accessToken });
      expectSame(me.asked, 'email', expectBody(me, 200, userShape).email, other.email);
    }),
    check('a new email is the one to sign in with', async ({ api, people }) => {
      const person = await people.someone();
      const [old, email] = [person.email, people.email()];
      const body = { email, current_password: person.password };
      const answer = await api.send('PATCH', `/users/${person.id}`, { token: person.accessToken, body });
      expectSame(answer.asked, 'email', expectBody(answer, 200, userShape).email, email);
      person.email = email;
      expectProblem(
        await api.post('/auth/login', { email: old, password: person.password }),
        401,
        'invalid_credentials',
      );
      await people.signIn(person);
    }),
    check('changes that make no sense are refused, with the field', async ({ api, people }) => {
      const { id, accessToken: token } = await people.bystander();
      const patch = (body: unknown) => api.send('PATCH', `/users/${id}`, { token, body });
      expectMistake(await patch({ name: '' }), 'name');
      expectMistake(await patch({ name: 'Rob\u0000in' }), 'name');
      expectMistake(await patch({ email: 'robin' }), 'email');
      expectProblem(await patch({}), 400, 'invalid_request');
      expectProblem(await patch({ id: randomUUID() }), 400, 'invalid_request');
    }),
    check('a deleted account is gone, and its tokens with it', async ({ api, people }) => {
      const { id, accessToken: token, refreshToken } = await people.someone();
      expectStatus(await api.send('DELETE', `/users/${id}`, { token }), 204);
      const answer = await api.post('/auth/refresh', { refresh_token: refreshToken });
      expectProblem(answer, 401, 'invalid_token');
      return untilRefused(api, token);
    }),
  ],
};

function pick({ id, email }: { id: string; email: string }): { id: string; email: string } {
  return { id, email };
}
