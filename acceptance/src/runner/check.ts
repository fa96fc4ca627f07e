import type { World } from '../world.ts';

/** One thing that the API is documented to do, and how to check it. */
export interface Check {
  /** In plain words, so that its failure needs no reading of code. */
  name: string;
  /** Throws CheckFailed, or Skip when it cannot run here. What it returns is printed beside the name. */
  run: (world: World) => Promise<string | undefined | void>;
  /** Has to wait for something: it is started first and runs beside the others. */
  patient: boolean;
}

export interface Group {
  title: string;
  checks: readonly Check[];
}

export function check(name: string, run: Check['run']): Check {
  return { name, run, patient: false };
}

export function patientCheck(name: string, run: Check['run']): Check {
  return { name, run, patient: true };
}
