import { expect, it } from 'vitest';
import { findMistake } from './framing.ts';

/** What is wrong with a request that has these headers, and a Host unless they have one. */
function check(headers: string[], httpVersion = '1.1'): string | undefined {
  const host = headers.some((name) => name.toLowerCase() === 'host') ? [] : ['Host', 'a'];
  return findMistake({ rawHeaders: [...host, ...headers], httpVersion });
}

it('takes what can be read in one way only', () => {
  expect(check(['Host', 'example.com:8080', 'Content-Length', '3', 'Accept', 'a', 'accept', 'b'])).toBeUndefined();
  expect(check(['Host', '[::1]:80', 'Transfer-Encoding', 'Chunked'])).toBeUndefined();
  expect(check(['Host', '192.0.2.1:65535'])).toBeUndefined();
  expect(findMistake({ rawHeaders: [], httpVersion: '1.0' })).toBeUndefined();
});

it('refuses a request without a host, and of another version than 1.0 and 1.1', () => {
  expect(findMistake({ rawHeaders: [], httpVersion: '1.1' })).toMatch(/no Host/);
  for (const version of ['0.9', '2.0', '1.2']) expect(check([], version)).toMatch(/version/);
});

it.each([
  ['two hosts', ['Host', 'a', 'host', 'a']],
  ['an invalid host', ['Host', 'a/b']],
  ['a host with credentials', ['Host', 'a@b']],
  ['an invalid port', ['Host', 'a:65536']],
  ['an invalid IPv6 address', ['Host', '[1::2::3]']],
  ['an invalid IPv4 address', ['Host', '256.0.0.1']],
  ['two lengths', ['Content-Length', '3', 'content-length', '3']],
  ['a length and a coding', ['Content-Length', '3', 'Transfer-Encoding', 'chunked']],
  ['another coding', ['Transfer-Encoding', 'gzip, chunked']],
  ['two codings', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked']],
  ['two callers', ['Authorization', 'Bearer a', 'authorization', 'Bearer b']],
  ['two types', ['Content-Type', 'a/b', 'Content-Type', 'c/d']],
])('refuses %s', (_what, rawHeaders) => {
  expect(check(rawHeaders)).toBeTypeOf('string');
});

it('refuses a transfer coding in HTTP/1.0', () => {
  expect(check(['Transfer-Encoding', 'chunked'], '1.0')).toBeTypeOf('string');
});
