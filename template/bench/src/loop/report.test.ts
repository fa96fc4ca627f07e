import { expect, it } from 'vitest';
import { summarize, table } from './report.ts';

const none = { requests: 100, failed: 0, stale: 0 };
const results = [
  {
    name: 'ours',
    version: '1',
    timesMs: { string: [50, 60, 70], lib: [80], burst: [90] },
    connections: { new: none, kept: none },
  },
  {
    name: 'theirs',
    version: '2',
    timesMs: { string: [300, 330, 900], lib: [400], burst: [500] },
    connections: { new: { ...none, failed: 7 }, kept: { ...none, stale: 3 } },
  },
];
const context = { date: '2026-01-02', machine: '2 cores', requestsPerSecond: 50 };

it('computes percentiles of each contender, and its ratio to the first', () => {
  const report = summarize(results, undefined, context);
  expect(report.results.map(({ p50Ms, p95Ms, ratio }) => [p50Ms.string, p95Ms.string, ratio])).toEqual([
    [60, 70, 1],
    [330, 900, 5.5],
  ]);
});

it('prints one row per contender, with failures on new and kept connections listed separately', () => {
  const lines = table(summarize(results, undefined, context)).split('\n');
  expect(lines[0]).toBe('2 cores, 2026-01-02, 50 requests a second');
  expect(lines.at(-1)).toBe(
    '| theirs (2) | 330 / 900 ms | 400 / 400 ms | 500 / 500 ms | 7 of 100 | 0 of 100 | 3 | 5.5× |',
  );
});
