import { AppError } from '@evenkeel/errors';
import pg from 'pg';
import { expect, it } from 'vitest';
import { isLockTimeout, isTransient, unavailable } from './database-error.ts';

function sent(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('said the database', 0, 'error');
  error.code = code;
  return error;
}

it.each(['57014', '57P01', '57P03', '53300', '53100', '08006', '40P01', '55P03', '25006', '28P01'])(
  '%s may pass by itself',
  (code) => expect(isTransient(sent(code))).toBe(true),
);

it.each(['23505', '42P01', '22021', '42601', '23514', '25P02'])('%s is a mistake, and stays one', (code) =>
  expect(isTransient(sent(code))).toBe(false),
);

it('takes what the database did not send for the loss of the connection', () => {
  expect(isTransient(new Error('Query read timeout'))).toBe(true);
});

it('knows a lock that was not had in time', () => {
  expect(isLockTimeout(unavailable(sent('55P03')))).toBe(true);
  expect(isLockTimeout(unavailable(sent('57014')))).toBe(false);
  expect(isLockTimeout(new AppError('conflict', ''))).toBe(false);
});
