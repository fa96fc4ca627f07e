import { expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { check, type Group } from '../runner/check.ts';
import { problemShape } from '../shapes.ts';

const ELSEWHERE = 'https://elsewhere.example';

export const gateway: Group = {
  title: 'The gateway',
  checks: [
    check('every answer has an X-Request-Id, each its own', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      const answers = [await api.get('/users/me', { token }), await api.get('/users/me'), await api.get('/nowhere')];
      const ids = answers.map(({ headers }) => headers['x-request-id'] ?? '');
      expectThat(
        'GET /users/me',
        ids.every((id) => /^[\w-]{8,}$/.test(id)),
        'an X-Request-Id in each',
        ids.join(),
      );
      expectSame('GET /users/me', 'different ids', new Set(ids).size, ids.length);
    }),
    check('X-User-* that a client sends gives nobody an identity or a role', async ({ api, people }) => {
      const [one, other] = [await people.bystander(), await people.neighbour()];
      const headers = { 'x-user-id': other.id, 'x-user-roles': 'admin', 'x-user-email': other.email };
      expectProblem(await api.get('/users/me', { headers }), 401, 'unauthenticated');
      const token = one.accessToken;
      const me = JSON.parse((await api.get('/users/me', { token, headers })).text) as { id?: string };
      expectSame('GET /users/me', 'id', me.id, one.id);
      expectProblem(await api.get('/users', { token, headers }), 403, 'forbidden');
      expectProblem(await api.get(`/users/${other.id}`, { token, headers }), 403, 'forbidden');
    }),
    check('what services ask of each other is not to be reached from outside', async ({ api, people }) => {
      const { accessToken: token, id } = await people.bystander();
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
        const answer = await api.send(method, path, { token });
        expectStatus(answer, ...(path === '/users/internal' ? [400, 404] : [404]));
      }
    }),
    check('what operators look at is not to be reached from outside', async ({ api }) => {
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
    check('a person who opens / sees where to go', async ({ api }) => {
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
      const answer = await api.get('/', { headers: { accept } });
      expectStatus(answer, 200);
      expectSame('GET /', 'content-type', answer.headers['content-type'], 'text/html; charset=utf-8');
      expectThat('GET /', !answer.text.includes('<script'), 'a page without scripts', answer.text);
    }),
    check('a path that does not exist is 404', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
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
    check('a method that a path does not take is 405, with those that it takes', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      for (const [method, path, allowed] of [
        ['GET', '/auth/login', 'POST'],
        ['DELETE', '/auth/register', 'POST'],
        ['POST', '/.well-known/jwks.json', 'GET'],
        ['PUT', '/users/me', 'GET'],
      ] as const) {
        const answer = await api.send(method, path, { token });
        expectProblem(answer, 405, 'method_not_allowed');
        const allow = answer.headers['allow'] ?? 'none';
        expectThat(answer.asked, allow.split(/, */).includes(allowed), `Allow with ${allowed}`, allow);
      }
    }),
    check('HEAD answers like GET, without the body', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      for (const path of ['/users/me', '/.well-known/jwks.json']) {
        const [get, head] = [await api.get(path, { token }), await api.send('HEAD', path, { token })];
        expectSame(head.asked, 'status and body', [head.status, head.text], [200, '']);
        for (const name of ['content-type', 'etag'])
          expectSame(head.asked, name, head.headers[name], get.headers[name]);
      }
      expectStatus(await api.send('HEAD', '/users/me'), 401);
    }),
    check('a page of another origin may not read answers (CORS is closed)', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      const answers = [
        await api.get('/users/me', { token, headers: { origin: ELSEWHERE } }),
        await api.get('/users/me', { token, headers: { origin: 'null' } }),
        await api.send('OPTIONS', '/auth/login', {
          headers: { origin: ELSEWHERE, 'access-control-request-method': 'POST' },
        }),
      ];
      for (const { asked, headers } of answers) {
        const open = Object.keys(headers).filter((name) => name.startsWith('access-control-allow'));
        expectSame(asked, 'Access-Control-Allow-* fields', open, []);
      }
    }),
    check('a trace that a client has begun goes on (W3C Trace Context)', async ({ api }) => {
      const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
      const answer = await api.get('/nowhere', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
      const { trace_id } = problemShape.parse(JSON.parse(answer.text));
      expectThat(answer.asked, trace_id === trace, `trace_id ${trace}`, trace_id);
    }),
  ],
};
