import type { World } from '../world.ts';

/** One promise of the API and how to find out whether it is kept. */
export interface Check {
  /** In plain words, so that its failure needs no reading of code. */
  promise: string;
  /** Throws BrokenPromise when it is not kept and Skip when it cannot be asked. What it returns is printed beside it. */
  ask: (world: World) => Promise<string | undefined | void>;
  /** Has to wait for something: it is begun first and goes on beside the others. */
  patient: boolean;
}

export interface Group {
  title: string;
  checks: readonly Check[];
}

export function check(promise: string, ask: Check['ask']): Check {
  return { promise, ask, patient: false };
}

export function patientCheck(promise: string, ask: Check['ask']): Check {
  return { promise, ask, patient: true };
}

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
