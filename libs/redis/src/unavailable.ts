import { AppError } from '@evenkeel/errors';
import { ReplyError } from 'ioredis';

/** Replies of a server that is up but cannot serve: starting, out of memory, a replica, another password. */
const cannotServe =
  /^(LOADING|BUSY|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|MISCONF|NOAUTH|WRONGPASS)\b/;

/**
 * A failed command as AppError `unavailable`, unless Redis carried it out and refused it: that is a mistake of ours
 * (or a NOSCRIPT, which the client mends) and stays what it is.
 */
export function toUnavailable(error: Error): Error {
  if (error instanceof AppError) return error;
  hideArguments(error);
  if (error instanceof ReplyError && !cannotServe.test(error.message)) return error;
  return new AppError('unavailable', 'A required data store is unavailable. Retry shortly.', {
    cause: error,
    headers: { 'retry-after': '1' },
  });
}

/** The client attaches the command to its error: for AUTH with the password, which must not be logged. */
function hideArguments(error: Error & { command?: { name: string } }): void {
  if (error.command !== undefined) error.command = { name: error.command.name };
}
