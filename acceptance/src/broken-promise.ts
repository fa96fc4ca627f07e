/** The promise was not kept. Each part is a line or a few for a person to read. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
  /** What was asked: `POST /auth/login`. */
  readonly asked: string;
  readonly expected: string;
  readonly got: string;

  constructor(asked: string, expected: string, got: string) {
    super(`${asked}: expected ${expected}, got ${got}`);
    this.asked = asked;
    this.expected = expected;
    this.got = got;
  }
}

/** The promise cannot be asked here. */
export class Skip extends Error {
  override readonly name = 'Skip';
}
