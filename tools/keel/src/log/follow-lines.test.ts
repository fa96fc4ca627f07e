import { expect, it } from 'vitest';
import { splitLines } from './follow-lines.ts';

function linesOf(chunks: string[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

it.each([
  [['a\nb\n'], ['a', 'b']],
  [
    ['a', 'b\nc', '\n', 'd'],
    ['ab', 'c', 'd'],
  ],
  [['a\r\n\r\nb'], ['a', '', 'b']],
  [[], []],
])('cuts %j', (chunks, lines) => {
  expect(linesOf(chunks)).toEqual(lines);
});

it('cuts a line that never ends', () => {
  const chunks = Array.from({ length: 25 }, () => 'x'.repeat(100_000));
  expect(linesOf(chunks).map((line) => line.length)).toEqual([1_100_000, 1_100_000, 300_000]);
});
