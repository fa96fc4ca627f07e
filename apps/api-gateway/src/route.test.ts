import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPrefixLength, findRoute, isInternal, routeSchema, type Route } from './route.ts';

const schema = routeSchema(['one']);
const route = (prefix: string): Route => schema.parse({ prefix, upstream: 'one' });
const table = (...prefixes: string[]) => prefixes.map(route).sort(byPrefixLength);

describe('findRoute', () => {
  const routes = table('/users', '/users/admin', '/auth');

  it.each([
    ['/users', '/users'],
    ['/users/', '/users'],
    ['/users/42', '/users'],
    ['/users/admin', '/users/admin'],
    ['/users/admin/x', '/users/admin'],
    ['/users/administrator', '/users'],
    // A service behind may not care for case: the stricter route must win all the same.
    ['/USERS/Admin', '/users/admin'],
    ['/users-archive', undefined],
    ['/use', undefined],
    ['/', undefined],
  ])('sends %s to %s', (path, prefix) => {
    expect(findRoute(routes, path)?.prefix).toBe(prefix);
  });

  it('never routes /internal, however it is written, even when a route covers everything', () => {
    for (const path of ['/internal', '/internal/users', '/INTERNAL/token', '/internal;x/users']) {
      expect(isInternal(path)).toBe(true);
      expect(findRoute(table('/'), path)).toBeUndefined();
    }
    expect(findRoute(table('/'), '/internals')?.prefix).toBe('/');
  });

  it('finds the longest prefix that is made of whole segments, whatever the order of the routes', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'abc');
    const paths = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const prefixes = fc.uniqueArray(paths, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(prefixes, paths, (known, path) => {
        const segments = path.split('/');
        const whole = segments.map((_, index) => segments.slice(0, index + 1).join('/')).reverse();
        const expected = whole.find((prefix) => known.includes(prefix));
        expect(findRoute(table(...known), path)?.prefix).toBe(expected);
      }),
    );
  });
});

describe('routeSchema', () => {
  it('takes the stricter choice for all that is not said', () => {
    expect(route('/x')).toMatchObject({ token: 'required', stale_s: 0, retries: 1, breaker: true, roles: [] });
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
