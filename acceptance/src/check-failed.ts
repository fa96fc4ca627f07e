/** The API did something else. Each part is one line or a few, for a person to read. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
  /** For instance `POST /auth/login`. */
  readonly request: string;
  readonly expected: string;
  readonly got: string;

  constructor(request: string, expected: string, got: string) {
    super(`${request}: expected ${expected}, got ${got}`);
    this.request = request;
    this.expected = expected;
    this.got = got;
  }
}

/** The check cannot run here. */
export class Skip extends Error {
  override readonly name = 'Skip';
}
