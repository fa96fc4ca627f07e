import { expect, it } from 'vitest';
import { coresIn } from './cores.ts';

it('reads lists of cores', () => {
  expect(coresIn(' 0,1\n')).toEqual([0, 1]);
  expect(coresIn('3')).toEqual([3]);
  expect(coresIn('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
});
