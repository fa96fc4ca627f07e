import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPrefixLength, findRoutes, isInternal, methodsOf, routeSchema, type Route } from './route.ts';

const schema = routeSchema(['one']);
const route = (prefix: string): Route => schema.parse({ prefix, upstream: 'one' });
const table = (...prefixes: string[]) => prefixes.map(route).sort(byPrefixLength);
const prefixesOf = (routes: Route[], path: string) => findRoutes(routes, path).map(({ prefix }) => prefix);

describe('findRoutes', () => {
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
    expect(prefixesOf(routes, path)).toEqual(prefix === undefined ? [] : [prefix]);
  });

  it('never routes /internal, however it is written, even when a route covers everything', () => {
    for (const path of ['/internal', '/internal/users', '/INTERNAL/token', '/internal;x/users']) {
      expect(isInternal(path)).toBe(true);
      expect(findRoutes(table('/'), path)).toEqual([]);
    }
    expect(prefixesOf(table('/'), '/internals')).toEqual(['/']);
  });

  it('finds all routes of the longest prefix, and none of a shorter one whatever their methods', () => {
    const of = (prefix: string, ...methods: string[]) => schema.parse({ prefix, upstream: 'one', methods });
    const [rest, read, change] = [of('/', 'DELETE'), of('/users', 'GET', 'HEAD'), of('/Users', 'PATCH')];
    const [own, other] = [of('/users/me', 'POST'), of('/other', 'GET')];
    const routes = [rest, read, own, other, change].sort(byPrefixLength);
    expect(findRoutes(routes, '/users/42')).toEqual([read, change]);
    expect(findRoutes(routes, '/users/me')).toEqual([own]);
    expect(findRoutes(routes, '/else')).toEqual([rest]);
    expect(methodsOf([change, read])).toEqual(['GET', 'HEAD', 'PATCH']);
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
        expect(prefixesOf(table(...known), path)).toEqual(expected === undefined ? [] : [expected]);
      }),
    );
  });
});

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
