import { AppError } from '@evenkeel/errors';
import pg from 'pg';

/** PostgreSQL's classes and codes (appendix A of its manual) for "not now": the same request may succeed a little later. */
const transient = [
  '08', // connection exception
  '25006', // a standby: a fail-over is under way
  '25P03', // a transaction that was left alone for too long
  '28', // not let in: the password is being changed, or is wrong
  '3D000', // no such database, yet
  '40', // rolled back: deadlock, serialization
  '53', // out of connections, memory or disk
  '55P03', // a lock was not had in time
  '57', // cancelled after its time limit, shutting down, starting up
  '58', // a failure of the machine under the database
];

/** The database's code for an error, such as `23505`; `undefined` for one that it did not send. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Whether the database could not do its work at the moment. An error that it did not send is about the connection. */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || transient.some((prefix) => code.startsWith(prefix));
}

export function unavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'The database is unavailable.', {
    cause,
    headers: { 'retry-after': '1' },
  });
}

/** The response to COMMIT was lost. Retrying the request shows whether it was carried out. */
export function outcomeUnknown(cause: unknown): AppError {
  return new AppError('timeout', 'The database did not confirm the change. It may have been made.', { cause });
}

/** Whether an error is the violation of a named unique constraint. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint;
}

/** Whether an operation ended because another one held a lock for too long. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof AppError && sqlState(error.cause) === '55P03';
}
