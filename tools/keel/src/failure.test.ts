import { StoreError } from '@evenkeel/local-stores';
import { InvalidStackError, UnknownPathError, UnknownServiceError } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { describeFailure, KeelError } from './failure.ts';

it.each([
  new KeelError('it failed', { why: 'so', fix: 'type this' }),
  new StoreError('it failed', 'so', 'type this'),
  new UnknownServiceError('no such service'),
  new UnknownPathError('no such path'),
  new InvalidStackError('services.yaml is not valid'),
])('prints only the message of an error that is meant for users: %o', (error) => {
  expect(describeFailure(error)).toBe(error.message);
});

it('prints the stack of a mistake in the program', () => {
  expect(describeFailure(new RangeError('out of range'))).toMatch(
    /^RangeError: out of range\n +at .*failure\.test\.ts/,
  );
  expect(describeFailure('a text')).toBe('a text');
});
