import { expect, it } from 'vitest';
import { summarize, tables } from './report.ts';

const memory = { services: 300.4, stores: 60, keel: 40, launcher: 30, total: 400.4 };
const measured = {
  cold: { readyMs: 31_000, installedMs: 28_000 },
  packages: { count: 12, megabytes: 99.6, unknown: 0 },
  warm: [
    { name: 'ours', readyMs: [1500, 1600, 2500], memory },
    { name: 'theirs', readyMs: [2000, 1900, 2100], memory: undefined },
  ],
};
const context = { date: '2026-01-02', machine: '2 cores', commit: 'abc', npmCache: 'as it was' } as const;

it('compares each way with the last one', () => {
  const { warm } = summarize(measured, context);
  expect(warm.map(({ p50Ms, ratio }) => [p50Ms, ratio])).toEqual([
    [1600, 0.8],
    [2000, 1],
  ]);
});

it('prints starts with their spread, and memory by part', () => {
  const text = tables(summarize(measured, context));
  expect(text).toContain('12 packages, 100 MB to download');
  expect(text).toContain('cache as it was | 31.0 s (npm ci: 28.0 s) | 15.50× |');
  expect(text).toContain('| ours, again | 1.60 s (1.50 s – 2.50 s, 3 runs) | 0.80× |');
  expect(text).toContain('| ours | 400 MB | 300 MB | 60 MB | 40 MB | 30 MB |');
});

it('reports how many packages have an unknown size', () => {
  const packages = { count: 12, megabytes: 1, unknown: 3 };
  expect(tables(summarize({ ...measured, packages }, context))).toContain('; 3 of them could not be weighed');
});
