/** A failure that a person can act on. `exitCode` 1: it failed; 2: the command was used wrongly. */
export class KeelError extends Error {
  override readonly name = 'KeelError';
  readonly exitCode: 1 | 2;

  constructor(what: string, details: { why?: string; fix?: string; exitCode?: 1 | 2; cause?: unknown } = {}) {
    const { why, fix, exitCode = 1, cause } = details;
    const lines = [
      what,
      ...(why === undefined ? [] : [`  why: ${why}`]),
      ...(fix === undefined ? [] : [`  fix: ${fix}`]),
    ];
    super(lines.join('\n'), { cause });
    this.exitCode = exitCode;
  }
}

/** What to print for an error: the message of one that was meant for people, all there is of any other. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = ['KeelError', 'StoreError', 'UnknownServiceError', 'UnknownPathError', 'RangeError'];
  if (expected.includes(error.name)) return error.message;
  return error.stack ?? error.message;
}

/** The exit code that an error asks for. */
export function exitCodeOf(error: unknown): number {
  return error instanceof KeelError ? error.exitCode : 1;
}
