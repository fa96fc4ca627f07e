import { describe, expect, it } from 'vitest';
import { routeSchema, type Route } from './route.ts';

const schema = routeSchema(['one']);
const route = (prefix: string): Route => schema.parse({ prefix, upstream: 'one' });

describe('routeSchema', () => {
  it('takes the stricter choice for all that is not said', () => {
    expect(route('/x')).toMatchObject({ token: 'required', stale_if_error_s: 0, retries: 1, breaker: true, roles: [] });
  });

  it.each([
    '',
    'users',
    '/users/',
    '//',
    '/a//b',
    '/a/../b',
    '/a/.',
    '/a%2fb',
    '/a?b',
    '/a b',
    '/internal',
    '/Internal/x',
  ])('refuses the prefix %j', (prefix) => {
    expect(schema.safeParse({ prefix, upstream: 'one' }).success).toBe(false);
  });

  it('refuses roles where no token is needed', () => {
    const open = { prefix: '/x', upstream: 'one', token: 'none', roles: ['admin'] };
    expect(schema.safeParse(open).error?.issues[0]?.path).toEqual(['roles']);
  });
});
