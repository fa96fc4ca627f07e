import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles the wait up to five seconds', () => {
  expect([0, 1, 2, 5, 6, 40].map(backoffMs)).toEqual([100, 200, 400, 3200, 5000, 5000]);
});
