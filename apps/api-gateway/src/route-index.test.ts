import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInternal, routeSchema, type Route } from './route.ts';
import { indexRoutes } from './route-index.ts';

const schema = routeSchema(['one']);
const route = (prefix: string, ...methods: string[]): Route =>
  schema.parse({ prefix, upstream: 'one', ...(methods.length === 0 ? {} : { methods }) });
const table = (...prefixes: string[]) => indexRoutes(prefixes.map((prefix) => route(prefix)));

describe('find', () => {
  const index = table('/users', '/users/admin', '/auth');

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
    expect(index.find(path)?.prefix).toBe(prefix);
  });

  it('never routes /internal, however it is written, even when a route covers everything', () => {
    for (const path of ['/internal', '/internal/users', '/INTERNAL/token', '/internal;x/users']) {
      expect(isInternal(path)).toBe(true);
      expect(table('/').find(path)).toBeUndefined();
    }
    expect(table('/').find('/internals')?.prefix).toBe('/');
  });

  it('finds all routes of the longest prefix, and none of a shorter one whatever their methods', () => {
    const [rest, read, change] = [route('/', 'DELETE'), route('/users', 'HEAD', 'GET'), route('/Users', 'PATCH')];
    const [own, other] = [route('/users/me', 'POST'), route('/other', 'GET')];
    const { find } = indexRoutes([rest, change, own, other, read]);
    expect(find('/users/42')).toEqual({
      prefix: '/Users',
      routes: [change, read],
      byMethod: new Map([
        ['PATCH', change],
        ['HEAD', read],
        ['GET', read],
      ]),
      methods: ['GET', 'HEAD', 'PATCH'],
    });
    expect(find('/users/me')?.routes).toEqual([own]);
    expect(find('/else')?.routes).toEqual([rest]);
  });

  it('finds the longest prefix that is made of whole segments, whatever the order of the routes', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'abc');
    const paths = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const prefixes = fc.uniqueArray(paths, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(prefixes, paths, (known, path) => {
        const segments = path.split('/');
        const whole = segments.map((_, index) => segments.slice(0, index + 1).join('/')).reverse();
        expect(table(...known).find(path)?.prefix).toBe(whole.find((prefix) => known.includes(prefix)));
      }),
    );
  });
});
