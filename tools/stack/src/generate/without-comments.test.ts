import { expect, test } from 'vitest';
import { withoutComments } from './without-comments.ts';

test('comments go, and everything else keeps its line and column', () => {
  const text = '{\n  // one\n  "url": "http://a//b", /* two\n  lines */ "b": "say \\"//\\"" // three\n}\n';
  const result = withoutComments(text);
  expect(JSON.parse(result)).toEqual({ url: 'http://a//b', b: 'say "//"' });
  expect(result).toHaveLength(text.length);
  expect(result.split('\n').map((line) => line.length)).toEqual(text.split('\n').map((line) => line.length));
});
