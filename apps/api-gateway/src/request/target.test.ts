import { AppError } from '@evenkeel/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTarget } from './target.ts';

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
    expect(readTarget(target, 'example.com')).toEqual({ path, query });
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
  ])('refuses %j', (target) => {
    expect(() => readTarget(target, 'example.com')).toThrow(AppError);
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
          path = readTarget(raw, 'h').path;
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          return;
        }
        expect(readTarget(path, 'h').path).toBe(path);
        const resolved = new URL(path, 'http://h');
        expect(resolved.host).toBe('h');
        expect(resolved.pathname).toBe(path);
        expect(decodeURIComponent(path).split('/')).toHaveLength(path.split('/').length);
      }),
      { numRuns: 2_000 },
    );
  });
});
