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
