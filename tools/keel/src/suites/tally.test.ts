import { expect, it } from 'vitest';
import { formatTally, sum } from './tally.ts';

it('adds up, and lists what was skipped by its reason before the closing line', () => {
  const noDocker = 'no Docker Engine is running';
  const total = sum([
    { passed: 2, failed: 0, skipped: [{ name: 'a', reason: noDocker }] },
    {
      passed: 3,
      failed: 1,
      skipped: [
        { name: 'b', reason: 'needs root' },
        { name: 'c', reason: noDocker },
      ],
    },
  ]);
  expect(formatTally(total).split('\n')).toEqual([
    'Skipped: no Docker Engine is running',
    '  a',
    '  c',
    'Skipped: needs root',
    '  b',
    '5 passed, 1 failed, 3 skipped',
  ]);
});

it('is one line when nothing was skipped', () => {
  expect(formatTally(sum([]))).toBe('0 passed, 0 failed, 0 skipped');
});
