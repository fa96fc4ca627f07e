import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { followLines } from './follow-lines.ts';

async function linesOf(chunks: Iterable<string> | AsyncIterable<string>): Promise<string[]> {
  const lines: string[] = [];
  await followLines(
    Readable.from(chunks, { objectMode: false }),
    { drained: async () => {} },
    (line) => lines.push(line) > 0,
  );
  return lines;
}

it.each([
  [['a\nb\n'], ['a', 'b']],
  [
    ['a', 'b\nc', '\n', 'd'],
    ['ab', 'c', 'd'],
  ],
  [['a\r\n\r\nb'], ['a', '', 'b']],
  [['{"msg":"a\u2028b"}\n'], ['{"msg":"a\u2028b"}']],
  [[], []],
])('cuts %j', async (chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

it('cuts a line that never ends', async () => {
  const chunks = Array.from({ length: 25 }, () => 'x'.repeat(100_000));
  expect((await linesOf(chunks)).map((line) => line.length)).toEqual([1_100_000, 1_100_000, 300_000]);
});

it('keeps what it read of a stream that breaks', async () => {
  async function* broken() {
    yield 'a\nb';
    throw new Error('reset');
  }
  expect(await linesOf(broken())).toEqual(['a', 'b']);
});

it('waits for a terminal that is behind before each further line', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const lines: string[] = [];
  const followed = followLines(Readable.from(['a\nb\n']), { drained: () => promise }, (line) => lines.push(line) < 0);
  await new Promise(setImmediate);
  expect(lines).toEqual(['a']);
  resolve();
  await followed;
  expect(lines).toEqual(['a', 'b']);
});
