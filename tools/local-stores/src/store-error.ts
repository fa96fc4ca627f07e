/** A failure of a local store that a person can act on: what happened, why, and what to type next. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly what: string;
  readonly why: string;
  readonly fix: string;

  constructor(what: string, why: string, fix: string, options?: ErrorOptions) {
    super(`${what}\n  why: ${why}\n  fix: ${fix}`, options);
    this.what = what;
    this.why = why;
    this.fix = fix;
  }
}

/** A path as it can be typed into a shell: advice must do to it what it says, and to no other. */
export function typed(path: string): string {
  return /^[\w./@%+:=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
