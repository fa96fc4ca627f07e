import type { Account } from '@evenkeel/contracts';
import { AppError, type ErrorCode } from '@evenkeel/errors';
import { sessionEnded, type Caller } from '@evenkeel/tokens';
import type { Request } from 'express';
import type { Dependencies } from '../dependencies.ts';
import { findUser } from '../store/user.ts';

/** A request of a caller who has to prove who they are: a stolen access token must not be enough for it. */
export interface Confirmation {
  caller: Caller;
  request: Request;
  signal: AbortSignal;
  password: string | undefined;
  /** What they want it for, if it is a new email. */
  newEmail?: string;
}

/**
 * The caller's account, once auth-service has found the password right: there it counts like a sign-in. What follows must
 * hold to the `credentials_version` of this account. Throws `invalid_request` without a password, `forbidden` with a wrong
 * one, `rate_limited` after too many.
 */
export async function confirmPassword(dependencies: Dependencies, confirmation: Confirmation): Promise<Account> {
  const { caller, request, signal, password, newEmail } = confirmation;
  if (password === undefined) throw refused('invalid_request', 'This needs the current password.', 'is missing');
  const user = await findUser(dependencies.database.query, caller.userId);
  if (user === undefined) throw sessionEnded();
  const wanted = newEmail === undefined ? {} : { new_email: newEmail };
  const requester = { signal, forwarded: dependencies.forwardedOf(request) };
  const account = await dependencies.credentials
    .confirm({ email: user.email, password, ...wanted }, requester)
    .catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'invalid_credentials' ? wrongPassword() : error;
    });
  if (account.id !== caller.userId) throw changedMeanwhile();
  return account;
}

/** The account is not what the password was checked for any more. */
export function changedMeanwhile(): AppError {
  return new AppError('conflict', 'The account was changed by another request at the same time.');
}

/** Not a 401: the token is fine, and a client that signs in again or refreshes on 401 would only repeat the guess. */
function wrongPassword(): AppError {
  return refused('forbidden', 'The current password is wrong.', 'is wrong');
}

function refused(code: ErrorCode, detail: string, message: string): AppError {
  return new AppError(code, detail, { errors: [{ path: 'current_password', message }] });
}
