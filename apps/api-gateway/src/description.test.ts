import { describeApi, endpoint } from '@evenkeel/service';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Description } from './clients/description.ts';
import { describeRoutes } from './description.ts';
import { routesSchema } from './route-table.ts';

const schema = routesSchema(['auth-service', 'user-service']);

type Operation = { security?: object[]; 'x-route': { upstream: string }; responses: object };

it('knows only the rules of the routes to a service that does not describe itself', () => {
  const table = schema.parse(`routes:
  - { prefix: /, upstream: auth-service, methods: [GET] }
  - { prefix: /users, upstream: user-service, token: none, methods: [GET, HEAD, OPTIONS] }
  - { prefix: /users, upstream: auth-service, methods: [PATCH], rate_limit: { requests: 1, window_s: 1 } }
  - { prefix: /users, upstream: auth-service, methods: [PUT], max_in_flight: 1 }
`);
  const paths = describeRoutes({ title: 'api-gateway', version: '1.0.0' }, table, new Map()).paths as Record<
    string,
    Record<string, Operation>
  >;
  expect(Object.keys(paths).sort()).toEqual(['/', '/users', '/users/{rest}', '/{rest}']);
  expect(Object.keys(paths['/users/{rest}'] ?? {}).sort()).toEqual(['get', 'parameters', 'patch', 'put']);
  expect(Object.keys(paths['/users'] ?? {}).sort()).toEqual(['get', 'patch', 'put']);
  for (const path of ['/users', '/users/{rest}']) {
    const { get, patch, put } = paths[path] ?? {};
    expect([get?.['x-route'].upstream, patch?.['x-route'].upstream]).toEqual(['user-service', 'auth-service']);
    expect([get?.security, patch?.security]).toEqual([undefined, [{ bearer: [] }]]);
    expect([get, patch, put].map((operation) => '429' in (operation?.responses ?? {}))).toEqual([false, true, true]);
  }
});

it('lists what a described service offers on its routes, with every status that it or the gateway can respond with', () => {
  const table = schema.parse(`routes:
  - { prefix: /users, upstream: user-service, methods: [GET, PATCH], rate_limit: { requests: 1, window_s: 1 } }
  - { prefix: /users/archive, upstream: auth-service, methods: [GET] }
`);
  const done = () => Promise.resolve({ status: 200 });
  const user = z.object({ id: z.string() }).meta({ id: 'User' });
  const spec = { summary: 'A user', params: z.object({ id: z.string() }), responses: { 200: user } };
  const description = describeApi({ title: 'user-service', version: '1' }, [
    endpoint({ ...spec, method: 'get', path: '/users/:id', errors: ['not_found'] }, done),
    endpoint(
      {
        ...spec,
        method: 'patch',
        path: '/users/:id',
        errors: ['precondition_failed'],
        responseHeaders: { 412: ['ETag'] },
      },
      done,
    ),
    endpoint({ ...spec, method: 'delete', path: '/users/:id' }, done),
    endpoint({ ...spec, method: 'get', path: '/users/archive/:id' }, done),
    endpoint({ ...spec, method: 'get', path: '/internal/users/:id' }, done),
  ]);
  const document = describeRoutes(
    { title: 'api-gateway', version: '1.0.0' },
    table,
    new Map([['user-service', description as unknown as Description]]),
  );

  const paths = document.paths as Record<
    string,
    Record<string, { responses: Record<string, { description: string }> }>
  >;
  expect(Object.keys(paths['/users/{id}'] ?? {})).toEqual(['get', 'patch']);
  expect(Object.keys(paths)).toEqual(['/users/archive', '/users/archive/{rest}', '/users/{id}']);
  const { get, patch } = paths['/users/{id}'] ?? {};
  expect(get).toMatchObject({ tags: ['user-service'], security: [{ bearer: [] }], parameters: [{ name: 'id' }] });
  expect(Object.keys(get?.responses ?? {})).toEqual('200 400 401 403 404 408 413 429 431 501 502 503 504'.split(' '));
  expect(get?.responses['400']?.description).toBe('Bad Request: bad_request, invalid_request');
  expect(patch?.responses['412']).toMatchObject({ headers: { ETag: { required: true } } });
  expect(document.components?.schemas).toHaveProperty('User');
});
