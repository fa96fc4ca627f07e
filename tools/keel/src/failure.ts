/** A failure that the user can act on. `exitCode` 1: it failed; 2: wrong usage. */
export class KeelError extends Error {
  override readonly name = 'KeelError';
  readonly exitCode: 1 | 2;

  constructor(what: string, details: { why?: string; fix?: string; exitCode?: 1 | 2; cause?: unknown } = {}) {
    const { why, fix, exitCode = 1, cause } = details;
    super(`${what}${why === undefined ? '' : `\n  why: ${why}`}${fix === undefined ? '' : `\n  fix: ${fix}`}`, {
      cause,
    });
    this.exitCode = exitCode;
  }
}

/** A program that shares our output failed: it has said why already, and only its exit code is handed on. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`a program exited with code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Errors of other packages that are meant for users. By name: a command loads only the packages that it needs. */
const MEANT_FOR_USERS = new Set([
  'InvalidStackError',
  'StoreError',
  'UnknownServiceError',
  'UnknownPathError',
  'RotationError',
]);

/** What to print for an error: the message if it is meant for users, else everything. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof KeelError || MEANT_FOR_USERS.has(error.name)) return error.message;
  return error.stack ?? error.message;
}
