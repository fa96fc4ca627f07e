import { AppError } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { checkFraming } from './framing.ts';

const check =
  (rawHeaders: string[], httpVersion = '1.1') =>
  () =>
    checkFraming({ rawHeaders, httpVersion });

it('takes what can be read in one way only', () => {
  expect(check(['Host', 'example.com:8080', 'Content-Length', '3', 'Accept', 'a', 'accept', 'b'])).not.toThrow();
  expect(check(['Host', '[::1]:80', 'Transfer-Encoding', 'Chunked'])).not.toThrow();
  expect(check(['Host', '192.0.2.1:65535'])).not.toThrow();
  expect(check([], '1.0')).not.toThrow();
});

it.each([
  ['two hosts', ['Host', 'a', 'host', 'a']],
  ['a host that is none', ['Host', 'a/b']],
  ['a host with credentials', ['Host', 'a@b']],
  ['a port that is none', ['Host', 'a:65536']],
  ['an IPv6 address that is none', ['Host', '[1::2::3]']],
  ['an IPv4 address that is none', ['Host', '256.0.0.1']],
  ['two lengths', ['Content-Length', '3', 'content-length', '3']],
  ['a length and a coding', ['Content-Length', '3', 'Transfer-Encoding', 'chunked']],
  ['another coding', ['Transfer-Encoding', 'gzip, chunked']],
  ['two codings', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked']],
  ['two callers', ['Authorization', 'Bearer a', 'authorization', 'Bearer b']],
  ['two types', ['Content-Type', 'a/b', 'Content-Type', 'c/d']],
])('refuses %s', (_what, rawHeaders) => {
  expect(check(rawHeaders)).toThrow(AppError);
});

it('refuses a transfer coding in HTTP/1.0', () => {
  expect(check(['Transfer-Encoding', 'chunked'], '1.0')).toThrow(AppError);
});
