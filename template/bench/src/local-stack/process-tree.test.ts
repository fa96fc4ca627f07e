import { expect, it } from 'vitest';
import { processesBelow } from './process-tree.ts';

it('finds a process and all below it, and no other', () => {
  const rows = [
    [1, 0],
    [10, 1],
    [11, 10],
    [12, 11],
    [20, 1],
  ] as const;
  expect(processesBelow(10, rows)).toEqual([10, 11, 12]);
  expect(processesBelow(20, rows)).toEqual([20]);
});
