import { randomUUID } from 'node:crypto';
import { expectBody, expectMistake, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { check, type Group } from '../runner/check.ts';
import { userShape } from '../shapes.ts';
import { untilRefused } from './until-refused.ts';

export const ownAccount: Group = {
  title: 'Own account',
  checks: [
    check('/users/me and the id of a user return the same', async ({ api, accounts }) => {
      const { id, email, accessToken: token } = await accounts.bystander();
      const me = await api.get('/users/me', { token });
      expectSame(me.request, 'id and email', pick(expectBody(me, 200, userShape)), { id, email });
      const byId = await api.get(`/users/${id}`, { token });
      expectSame(byId.request, 'the same body as /users/me', byId.text, me.text);
    }),
    check('a user may not read, change or delete another', async ({ api, accounts }) => {
      const [one, other] = [await accounts.bystander(), await accounts.neighbour()];
      const path = `/users/${one.id}`;
      const token = other.accessToken;
      expectProblem(await api.get(path, { token }), 403, 'forbidden');
      expectProblem(await api.send('PATCH', path, { token, body: { name: 'Mine now' } }), 403, 'forbidden');
      expectProblem(await api.send('DELETE', path, { token }), 403, 'forbidden');
      expectStatus(await api.get(path, { token: one.accessToken }), 200);
    }),
    check('ids that exist cannot be told from others', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      expectProblem(await api.get(`/users/${randomUUID()}`, { token }), 403, 'forbidden');
    }),
    check('a change shows at once, and changes nothing else', async ({ api, accounts }) => {
      const { id, accessToken: token } = await accounts.chameleon();
      const before = expectBody(await api.get(`/users/${id}`, { token }), 200, userShape);
      const response = await api.send('PATCH', `/users/${id}`, { token, body: { name: 'Robin Other' } });
      const after = expectBody(response, 200, userShape);
      expectSame(
        response.request,
        'the user',
        { ...after, updated_at: '' },
        { ...before, name: 'Robin Other', updated_at: '' },
      );
      expectThat(response.request, after.updated_at > before.updated_at, 'a later updated_at', after.updated_at);
      expectSame(
        response.request,
        'what is read next',
        expectBody(await api.get('/users/me', { token }), 200, userShape),
        after,
      );
    }),
    check('a change based on an old state is refused (If-Match)', async ({ api, accounts }) => {
      const { id, accessToken: token } = await accounts.chameleon();
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
    check('of two changes based on the same state one is refused', async ({ api, accounts }) => {
      const { id, accessToken: token } = await accounts.chameleon();
      const etag = (await api.get(`/users/${id}`, { token })).headers['etag'] ?? '';
      const responses = await Promise.all(
        ['Robin Left', 'Robin Right'].map((name) =>
          api.send('PATCH', `/users/${id}`, { token, headers: { 'if-match': etag }, body: { name } }),
        ),
      );
      expectSame(
        `PATCH /users/${id}, twice at once`,
        'statuses',
        responses.map(({ status }) => status).sort(),
        [200, 412],
      );
    }),
    check('a user cannot become an administrator', async ({ api, accounts }) => {
      const { id, accessToken: token } = await accounts.bystander();
      const response = await api.send('PATCH', `/users/${id}`, { token, body: { roles: ['admin'] } });
      expectProblem(response, 403, 'forbidden');
    }),
    check('an email that is taken is refused with 409', async ({ api, accounts }) => {
      const [one, other] = [await accounts.bystander(), await accounts.neighbour()];
      const body = { email: one.email, current_password: other.password };
      const response = await api.send('PATCH', `/users/${other.id}`, { token: other.accessToken, body });
      expectProblem(response, 409, 'email_taken');
    }),
    check('a new email needs the password, so that taken ones cannot be looked up', async ({ api, accounts }) => {
      const [one, other] = [await accounts.bystander(), await accounts.neighbour()];
      const patch = (body: unknown) => api.send('PATCH', `/users/${other.id}`, { token: other.accessToken, body });
      for (const email of [one.email, accounts.email()]) {
        expectMistake(await patch({ email }), 'current_password');
        expectProblem(await patch({ email, current_password: 'not the right one' }), 403, 'forbidden');
      }
      const me = await api.get('/users/me', { token: other.accessToken });
      expectSame(me.request, 'email', expectBody(me, 200, userShape).email, other.email);
    }),
    check('a new email is the one to sign in with', async ({ api, accounts }) => {
      const account = await accounts.someone();
      const [old, email] = [account.email, accounts.email()];
      const body = { email, current_password: account.password };
      const response = await api.send('PATCH', `/users/${account.id}`, { token: account.accessToken, body });
      expectSame(response.request, 'email', expectBody(response, 200, userShape).email, email);
      account.email = email;
      expectProblem(
        await api.post('/auth/login', { email: old, password: account.password }),
        401,
        'invalid_credentials',
      );
      await accounts.signIn(account);
    }),
    check('invalid changes are refused, with the field', async ({ api, accounts }) => {
      const { id, accessToken: token } = await accounts.bystander();
      const patch = (body: unknown) => api.send('PATCH', `/users/${id}`, { token, body });
      expectMistake(await patch({ name: '' }), 'name');
      expectMistake(await patch({ name: 'Rob\u0000in' }), 'name');
      expectMistake(await patch({ email: 'robin' }), 'email');
      expectProblem(await patch({}), 400, 'invalid_request');
      expectProblem(await patch({ id: randomUUID() }), 400, 'invalid_request');
    }),
    check('a deleted account is gone, and its tokens with it', async ({ api, accounts }) => {
      const { id, accessToken: token, refreshToken } = await accounts.someone();
      expectStatus(await api.send('DELETE', `/users/${id}`, { token }), 204);
      const response = await api.post('/auth/refresh', { refresh_token: refreshToken });
      expectProblem(response, 401, 'invalid_token');
      return untilRefused(api, token);
    }),
  ],
};

function pick({ id, email }: { id: string; email: string }): { id: string; email: string } {
  return { id, email };
}
