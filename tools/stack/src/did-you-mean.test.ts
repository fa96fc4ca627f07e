import { expect, test } from 'vitest';
import { closest } from './did-you-mean.ts';

const keys = ['port', 'admin_port', 'debug_port', 'depends_on', 'calls', 'restart_policy'];

test.each([
  ['prot', 'port'],
  ['depend_on', 'depends_on'],
  ['dependson', 'depends_on'],
  ['Calls', 'calls'],
  ['restart-policy', 'restart_policy'],
  ['image', undefined],
  ['', undefined],
])('%j is close to %j', (word, expected) => {
  expect(closest(word, keys)).toBe(expected);
});
