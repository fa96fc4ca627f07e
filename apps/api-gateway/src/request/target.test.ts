import { AppError } from '@evenkeel/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTarget } from './target.ts';

const read = (url: string, host?: string) => readTarget({ url, headers: { host } });

describe('readTarget', () => {
  it.each([
    ['/users', '/users', ''],
    ['/users/?a=/../b', '/users/', '?a=/../b'],
    ['/users?', '/users', '?'],
    ['/%75sers/%7Eada', '/users/~ada', ''],
    ['/a%20b%c3%a9', '/a%20b%C3%A9', ''],
    ['/.well-known/x', '/.well-known/x', ''],
    ['/...', '/...', ''],
    ['/a?q=%00%2F\\', '/a', '?q=%00%2F\\'],
    ['/%252e%252e/a', '/%252e%252e/a', ''],
    ['http://Example.com/users?x', '/users', '?x'],
    ['http://example.com:80', '/', ''],
    ['http://example.com?x', '/', '?x'],
  ])('reads %s', (target, path, query) => {
    expect(read(target, 'example.com')).toMatchObject({ path, query });
  });

  it.each([
    '/..',
    '/a/../b',
    '/a/./b',
    '/%2e%2E/b',
    '/.%2e/b',
    '/a/..;x=1/b',
    '/a%2Fb',
    '/a%2fb',
    '/a%5Cb',
    '/a\\b',
    '/a%00',
    '/a%0d%0aHost:b',
    '/a%7f',
    '/a%',
    '/a%zz',
    '//internal',
    '/a//b',
    '/a#b',
    '/a\u00e9',
    '*',
    '',
    'users',
    'http://other.com/users',
    'http://example.com:81/users',
    'http://user@example.com/users',
    'ftp://example.com/users',
    'http://example.com:443/users',
    'https://example.com:80/users',
  ])('refuses %j', (target) => {
    expect(() => read(target, 'example.com')).toThrow(AppError);
  });

  it.each([
    ['https://example.com:443/a', 'example.com'],
    ['https://example.com/a', 'example.com:443'],
    ['http://example.com/a', 'example.com:80'],
  ])('takes the port of its scheme for none: %s for %s', (target, host) => {
    expect(read(target, host).path).toBe('/a');
  });

  it('takes the host of an absolute target where there is no Host, as in HTTP/1.0', () => {
    expect(read('http://example.com:81/a')).toEqual({ path: '/a', query: '', host: 'example.com:81' });
    expect(() => read('http://exa mple/a')).toThrow(AppError);
  });

  it('either refuses a path or leaves nothing in it that a second reading would change', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '%2e',
      '%2E',
      '%2f',
      '%5c',
      '%41',
      '%00',
      '%25',
      'a',
      ';',
      '\\',
      '%c3%a9',
      '?',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const raw = `/${pieces.join('')}`;
        let path: string;
        try {
          path = read(raw, 'h').path;
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          return;
        }
        expect(read(path, 'h').path).toBe(path);
        const resolved = new URL(path, 'http://h');
        expect(resolved.host).toBe('h');
        expect(resolved.pathname).toBe(path);
        expect(decodeURIComponent(path).split('/')).toHaveLength(path.split('/').length);
      }),
      { numRuns: 2_000 },
    );
  });
});
