import { expect, it } from 'vitest';
import { describeRoutes } from './description.ts';
import { routesSchema } from './route-table.ts';

const schema = routesSchema(['auth-service', 'user-service']);

type Operation = { security?: object[]; 'x-route': { upstream: string }; responses: object };

it('puts the operations of all routes of a prefix at its paths, each under the rules of its own route', () => {
  const table = schema.parse(`routes:
  - { prefix: /, upstream: auth-service, methods: [GET] }
  - { prefix: /users, upstream: user-service, token: none, methods: [GET, HEAD, OPTIONS] }
  - { prefix: /users, upstream: auth-service, methods: [PATCH], rate_limit: { requests: 1, window_s: 1 } }
`);
  const paths = describeRoutes('1.0.0', table).paths as Record<string, Record<string, Operation>>;
  expect(Object.keys(paths).sort()).toEqual(['/', '/users', '/users/{rest}', '/{rest}']);
  expect(Object.keys(paths['/users/{rest}'] ?? {}).sort()).toEqual(['get', 'parameters', 'patch']);
  expect(Object.keys(paths['/users'] ?? {}).sort()).toEqual(['get', 'patch']);
  for (const path of ['/users', '/users/{rest}']) {
    const { get, patch } = paths[path] ?? {};
    expect([get?.['x-route'].upstream, patch?.['x-route'].upstream]).toEqual(['user-service', 'auth-service']);
    expect([get?.security, patch?.security]).toEqual([undefined, [{ bearer: [] }]]);
    expect([get, patch].map((operation) => '429' in (operation?.responses ?? {}))).toEqual([false, true]);
  }
});
