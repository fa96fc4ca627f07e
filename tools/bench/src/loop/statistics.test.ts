import { expect, it } from 'vitest';
import { percentile, tally } from './statistics.ts';

it('takes the nearest rank', () => {
  const values = Array.from({ length: 20 }, (_, index) => 20 - index);
  expect(percentile(values, 0.5)).toBe(10);
  expect(percentile(values, 0.95)).toBe(19);
  expect(percentile([7], 0.95)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

it('counts failed and stale answers of new and kept connections apart', () => {
  const lives = [
    { version: 1, at: 0 },
    { version: 2, at: 1000 },
  ];
  const answers = [
    { connection: 'new' as const, begun: 900, version: 1 },
    { connection: 'new' as const, begun: 1010, version: 1 },
    { connection: 'new' as const, begun: 1030, version: 1 },
    { connection: 'new' as const, begun: 1030, version: 2 },
    { connection: 'kept' as const, begun: 1030, version: undefined },
  ];
  expect(tally(answers, lives, 'new')).toEqual({ requests: 4, failed: 0, stale: 1 });
  expect(tally(answers, lives, 'kept')).toEqual({ requests: 1, failed: 1, stale: 0 });
});
