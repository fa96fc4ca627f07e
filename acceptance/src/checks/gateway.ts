import { expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { check, type Group } from '../runner/check.ts';
import { problemShape } from '../shapes.ts';

const ELSEWHERE = 'https://elsewhere.example';

export const gateway: Group = {
  title: 'The gateway',
  checks: [
    check('every response has an X-Request-Id of its own', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      const responses = [await api.get('/users/me', { token }), await api.get('/users/me'), await api.get('/nowhere')];
      const ids = responses.map(({ headers }) => headers['x-request-id'] ?? '');
      expectThat(
        'GET /users/me',
        ids.every((id) => /^[\w-]{8,}$/.test(id)),
        'an X-Request-Id in each',
        ids.join(),
      );
      expectSame('GET /users/me', 'different ids', new Set(ids).size, ids.length);
    }),
    check('X-User-* from a client is ignored', async ({ api, accounts }) => {
      const [one, other] = [await accounts.bystander(), await accounts.neighbour()];
      const headers = { 'x-user-id': other.id, 'x-user-roles': 'admin', 'x-user-email': other.email };
      expectProblem(await api.get('/users/me', { headers }), 401, 'unauthenticated');
      const token = one.accessToken;
      const me = JSON.parse((await api.get('/users/me', { token, headers })).text) as { id?: string };
      expectSame('GET /users/me', 'id', me.id, one.id);
      expectProblem(await api.get('/users', { token, headers }), 403, 'forbidden');
      expectProblem(await api.get(`/users/${other.id}`, { token, headers }), 403, 'forbidden');
    }),
    check('internal endpoints are not reachable from outside', async ({ api, accounts }) => {
      const { accessToken: token, id } = await accounts.bystander();
      for (const [method, path] of [
        ['POST', '/internal/credentials/verify'],
        ['POST', '/internal/users'],
        ['GET', `/internal/users/${id}`],
        ['GET', '/internal/openapi.json'],
        ['POST', '/internal/token'],
        ['POST', '/internal/sessions/end'],
        ['GET', '/users/internal'],
        ['GET', '/Internal/users'],
        ['GET', '/auth/internal/token'],
      ] as const) {
        const response = await api.send(method, path, { token });
        expectStatus(response, ...(path === '/users/internal' ? [400, 404] : [404]));
      }
    }),
    check('the admin endpoints are not reachable from outside', async ({ api }) => {
      for (const path of [
        '/metrics',
        '/healthz',
        '/readyz',
        '/livez',
        '/openapi.json',
        '/docs',
        '/docs/',
        '/try/users/me',
      ]) {
        expectProblem(await api.get(path), 404, 'not_found');
      }
    }),
    check('a browser that opens / is shown where to go', async ({ api }) => {
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
      const response = await api.get('/', { headers: { accept } });
      expectStatus(response, 200);
      expectSame('GET /', 'content-type', response.headers['content-type'], 'text/html; charset=utf-8');
      expectThat('GET /', !response.text.includes('<script'), 'a page without scripts', response.text);
    }),
    check('a path that does not exist is 404', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      for (const path of [
        '/',
        '/nowhere',
        '/authx',
        '/usersx',
        '/auth/nowhere',
        '/.well-known/nowhere',
        '/favicon.ico',
      ]) {
        expectProblem(await api.get(path), 404, 'not_found');
      }
      expectProblem(await api.get('/users/me/nowhere', { token }), 404, 'not_found');
    }),
    check('a method that a path does not allow is 405, with Allow', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      for (const [method, path, allowed] of [
        ['GET', '/auth/login', 'POST'],
        ['DELETE', '/auth/register', 'POST'],
        ['POST', '/.well-known/jwks.json', 'GET'],
        ['PUT', '/users/me', 'GET'],
      ] as const) {
        const response = await api.send(method, path, { token });
        expectProblem(response, 405, 'method_not_allowed');
        const allow = response.headers['allow'] ?? 'none';
        expectThat(response.request, allow.split(/, */).includes(allowed), `Allow with ${allowed}`, allow);
      }
    }),
    check('HEAD returns what GET does, without the body', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      for (const path of ['/users/me', '/.well-known/jwks.json']) {
        const [get, head] = [await api.get(path, { token }), await api.send('HEAD', path, { token })];
        expectSame(head.request, 'status and body', [head.status, head.text], [200, '']);
        for (const name of ['content-type', 'etag'])
          expectSame(head.request, name, head.headers[name], get.headers[name]);
      }
      expectStatus(await api.send('HEAD', '/users/me'), 401);
    }),
    check('a page of another origin may not read responses (CORS is closed)', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      const responses = [
        await api.get('/users/me', { token, headers: { origin: ELSEWHERE } }),
        await api.get('/users/me', { token, headers: { origin: 'null' } }),
        await api.send('OPTIONS', '/auth/login', {
          headers: { origin: ELSEWHERE, 'access-control-request-method': 'POST' },
        }),
      ];
      for (const { request, headers } of responses) {
        const open = Object.keys(headers).filter((name) => name.startsWith('access-control-allow'));
        expectSame(request, 'Access-Control-Allow-* fields', open, []);
      }
    }),
    // A valid one is continued only for clients that the gateway trusts.
    check('an invalid traceparent is replaced (W3C Trace Context, section 3.2.2)', async ({ api }) => {
      const none = '0'.repeat(32);
      const response = await api.get('/nowhere', { headers: { traceparent: `00-${none}-00f067aa0ba902b7-01` } });
      const { trace_id } = problemShape.parse(JSON.parse(response.text));
      const isValid = /^[0-9a-f]{32}$/.test(trace_id ?? '') && trace_id !== none;
      expectThat(response.request, isValid, 'a trace_id of its own', trace_id);
    }),
  ],
};
