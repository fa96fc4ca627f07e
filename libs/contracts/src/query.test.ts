import { describe, expect, it } from 'vitest';
import { userPageQuerySchema } from './user.ts';

describe('a number in a query', () => {
  it.each([
    ['1', 1],
    ['100', 100],
    ['020', 20],
  ])('%j is one', (limit, value) => {
    expect(userPageQuerySchema.parse({ limit })).toEqual({ limit: value });
  });

  it.each([
    '1e1',
    '0x10',
    '0b1',
    '0o7',
    '1.0',
    '+1',
    '-1',
    ' 5',
    '5 ',
    '',
    '١',
    '1_0',
    'NaN',
    '0',
    '101',
    '1'.repeat(400),
  ])('%j is none in these limits', (limit) => {
    expect(userPageQuerySchema.safeParse({ limit }).success).toBe(false);
  });

  it('is not a list of them', () => {
    expect(userPageQuerySchema.safeParse({ limit: ['5'] }).success).toBe(false);
    expect(userPageQuerySchema.safeParse({ limit: ['5', '6'] }).success).toBe(false);
  });
});
