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

/** The end of what a program said, for a failure whose cause is not known. Undefined when it said nothing. */
export function lastWords(output: string): string | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? undefined : lines.slice(-5).join('\n       ');
}

/** Not a word of moving or removing data: nothing says that it is damaged. */
export function unknownCauseFix(data: string): string {
  return `./keel doctor examines this machine; the data in ${data} is as it was`;
}
