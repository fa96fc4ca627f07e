import { expect, it } from 'vitest';
import { responseLength } from './response-length.ts';

const length = (text: string) => responseLength(Buffer.from(text));

it.each([
  ['a declared length', 'HTTP/1.1 200 OK\r\nA: 1\r\ncontent-length: 4\r\nB: 2\r\n\r\n', 'body'],
  ['no content', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', ''],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '4\r\nbody\r\n0\r\n\r\n'],
  ['no chunk but the last', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '0\r\n\r\n'],
])('finds the end of a response with %s, and no end before that', (_name, head, content) => {
  const whole = head + content;
  expect(length(whole)).toBe(whole.length);
  expect(length(`${whole}HTTP/1.1`)).toBe(whole.length);
  for (let end = 0; end < whole.length; end += 1) expect([end, length(whole.slice(0, end))]).toEqual([end, 0]);
});
