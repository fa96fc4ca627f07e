import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expectBody, expectMistake, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { jsonOf } from '../http/response.ts';
import { PASSWORD } from '../accounts.ts';
import { check, type Group } from '../runner/check.ts';
import { pageShape, signedInShape, userShape, type User } from '../shapes.ts';
import type { World } from '../world.ts';
import { untilRefused } from './until-refused.ts';

export const administering: Group = {
  title: 'Administering',
  checks: [
    check('only administrators list and create users, and change roles', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      expectProblem(await api.get('/users', { token }), 403, 'forbidden');
      const body = { email: accounts.email(), name: 'Robin Example', password: PASSWORD };
      expectProblem(await api.post('/users', body, { token }), 403, 'forbidden');
    }),
    check('an administrator creates, reads, changes and deletes a user', async (world) => {
      const { api } = world;
      const token = await world.admin();
      const { id, user } = await make(world);
      expectSame('POST /users', 'roles', user.roles, ['user']);
      const changed = await api.send('PATCH', `/users/${id}`, { token, body: { roles: ['user', 'admin'] } });
      expectSame(changed.request, 'roles', [...expectBody(changed, 200, userShape).roles].sort(), ['admin', 'user']);
      expectStatus(await api.send('DELETE', `/users/${id}`, { token }), 204);
      expectProblem(await api.get(`/users/${id}`, { token }), 404, 'not_found');
      expectProblem(await api.get(`/users/${randomUUID()}`, { token }), 404, 'not_found');
    }),
    check('a demoted administrator loses the role at once, and signs in again as a user', async (world) => {
      const { api, accounts } = world;
      const admin = await world.admin();
      const body = { email: accounts.email(), name: 'Robin Example', password: PASSWORD, roles: ['admin', 'user'] };
      const response = await api.post('/users', body, { token: admin });
      const user = expectBody(response, 201, userShape);
      accounts.remember(user, admin);
      const credentials = { email: body.email, password: PASSWORD };
      const signIn = async () => expectBody(await api.post('/auth/login', credentials), 200, signedInShape);
      const { access_token: token, refresh_token } = await signIn();
      expectStatus(await api.get('/users', { token }), 200);

      const path = `/users/${user.id}`;
      expectStatus(await api.send('PATCH', path, { token: admin, body: { roles: ['user'] } }), 200);
      const again = await api.send('PATCH', path, { token, body: { roles: ['admin', 'user'] } });
      if (again.status !== 401) expectProblem(again, 403, 'forbidden');
      const list = await api.get('/users', { token });
      if (list.status !== 401) expectProblem(list, 403, 'forbidden');
      const took = await untilRefused(api, token);
      expectProblem(await api.post('/auth/refresh', { refresh_token }), 401, 'invalid_token');
      const { access_token, user: now } = await signIn();
      expectSame('POST /auth/login', 'roles', now.roles, ['user']);
      expectProblem(await api.get('/users', { token: access_token }), 403, 'forbidden');
      return took;
    }),
    check('an administrator changes the email of another user without their password', async (world) => {
      const { id } = await make(world);
      const parts = { token: await world.admin(), body: { email: world.accounts.email() } };
      const changed = await world.api.send('PATCH', `/users/${id}`, parts);
      expectSame(changed.request, 'email', expectBody(changed, 200, userShape).email, parts.body.email);
    }),
    check('an email that has an account is refused with 409', async (world) => {
      const body = { email: (await world.accounts.bystander()).email, name: 'Robin Example', password: PASSWORD };
      expectProblem(await world.api.post('/users', body, { token: await world.admin() }), 409, 'email_taken');
    }),
    check('the pages of users contain every user once', async (world) => {
      const token = await world.admin();
      const made = [await make(world), await make(world), await make(world)].map(({ id }) => id);
      const ids: string[] = [];
      let query: string | undefined = '?limit=2';
      while (query !== undefined && ids.length < 10_000) {
        const response = await world.api.get(`/users${query}`, { token });
        const page = expectBody(response, 200, pageShape);
        expectThat(response.request, page.items.length <= 2, 'at most two', String(page.items.length));
        ids.push(...page.items.map(({ id }) => id));
        query = page.next_cursor === undefined ? undefined : `?limit=2&cursor=${encodeURIComponent(page.next_cursor)}`;
      }
      expectSame('GET /users', 'users that came twice', ids.length - new Set(ids).size, 0);
      expectSame(
        'GET /users',
        'users that were left out',
        made.filter((id) => !ids.includes(id)),
        [],
      );
      return `${String(ids.length)} users`;
    }),
    check('an edited cursor is refused', async (world) => {
      const token = await world.admin();
      await make(world);
      const { next_cursor: cursor = '' } = expectBody(await world.api.get('/users?limit=1', { token }), 200, pageShape);
      const middle = Math.floor(cursor.length / 2);
      const other = cursor[middle] === 'A' ? 'B' : 'A';
      const edited = cursor.slice(0, middle) + other + cursor.slice(middle + 1);
      for (const each of [edited, 'x', `${cursor}A`, "' OR 1=1 --", '\u0000', 'A'.repeat(600)]) {
        const response = await world.api.get(`/users?limit=1&cursor=${encodeURIComponent(each)}`, { token });
        expectProblem(response, 400, 'invalid_request');
      }
    }),
    check('an invalid page size is refused', async (world) => {
      const token = await world.admin();
      for (const limit of ['0', '-1', '101', 'many', '1e9', '1.5']) {
        expectMistake(await world.api.get(`/users?limit=${limit}`, { token }), 'limit');
      }
      expectProblem(await world.api.get('/users?sort=name', { token }), 400, 'invalid_request');
    }),
    check('a repeated request makes one user and gets the same response (Idempotency-Key)', async (world) => {
      const body = { email: world.accounts.email(), name: 'Robin Example', password: PASSWORD };
      const post = await poster(world);
      const [first, again] = [await post(body), await post(body)];
      const user = expectBody(first, 201, userShape);
      const same = isDeepStrictEqual(expectBody(again, 201, userShape), user);
      expectThat(again.request, same, first.text, again.text);
      const other = await post({ ...body, name: 'Somebody Else' });
      expectProblem(other, 422, 'idempotency_key_reused');
    }),
    check('requests with one Idempotency-Key at the same moment make one user', async (world) => {
      const body = { email: world.accounts.email(), name: 'Robin Example', password: PASSWORD };
      const post = await poster(world);
      const responses = await Promise.all([post(body), post(body), post(body)]);
      for (const response of responses) if (response.status !== 201) expectProblem(response, 409, 'conflict');
      const made = new Set(responses.map((response) => userShape.safeParse(jsonOf(response)).data?.id ?? ''));
      made.delete('');
      expectSame('POST /users, three at once', 'different users made', made.size, 1);
    }),
  ],
};

/** A new user, made by the administrator. */
async function make(world: World): Promise<{ id: string; user: User }> {
  const body = { email: world.accounts.email(), name: 'Robin Example', password: PASSWORD };
  const response = await world.api.post('/users', body, { token: await world.admin() });
  const user = expectBody(response, 201, userShape);
  world.accounts.remember(user, await world.admin());
  return { id: user.id, user };
}

/** Posts users under one idempotency key. */
async function poster(world: World) {
  const token = await world.admin();
  const headers = { 'idempotency-key': randomUUID() };
  return async (body: Record<string, string>) => {
    const response = await world.api.post('/users', body, { token, headers });
    const user = userShape.safeParse(JSON.parse(response.text)).data;
    if (user !== undefined) world.accounts.remember(user, token);
    return response;
  };
}
