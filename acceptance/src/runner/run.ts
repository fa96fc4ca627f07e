import type { World } from '../world.ts';
import { CheckFailed, Skip } from '../check-failed.ts';
import type { Check, Group } from './check.ts';

/** The outcome of one check. */
export type Outcome =
  | { kind: 'passed'; note?: string }
  | { kind: 'skipped'; reason: string }
  | { kind: 'failed'; request: string; expected: string; got: string };

export interface Result {
  group: string;
  name: string;
  outcome: Outcome;
  /** Milliseconds. */
  took: number;
}

/**
 * Runs all checks one after the other, so that a failure stands alone; only those that have to wait run beside the others.
 * `report` is called once for each, in the order of the list. Once `signal` aborts, the rest are not run.
 */
export async function runGroups(
  groups: readonly Group[],
  world: World,
  report: (result: Result) => void,
  signal?: AbortSignal,
): Promise<Result[]> {
  const all = groups.flatMap(({ title, checks }) => checks.map((each) => ({ group: title, check: each })));
  const runs = new Map<Check, Promise<Finished>>();
  for (const { check } of all) if (check.patient) runs.set(check, run(check, world));

  let last: Promise<unknown> = Promise.resolve();
  for (const { check } of all) {
    if (check.patient) continue;
    const finished = last.then(() => (signal?.aborted ? undefined : run(check, world)));
    runs.set(check, finished);
    last = finished;
  }

  const results: Result[] = [];
  for (const { group, check } of all) {
    const finished = await runs.get(check);
    if (finished === undefined) continue;
    const result = { group, name: check.name, ...finished };
    results.push(result);
    report(result);
  }
  return results;
}

/** Undefined when the run was interrupted before. */
type Finished = Pick<Result, 'outcome' | 'took'> | undefined;

async function run(one: Check, world: World): Promise<NonNullable<Finished>> {
  const start = performance.now();
  const outcome = await one.run(world).then(passed, failed);
  return { outcome, took: Math.round(performance.now() - start) };
}

function passed(note: string | undefined | void): Outcome {
  return { kind: 'passed', ...(note === undefined ? {} : { note }) };
}

function failed(error: unknown): Outcome {
  if (error instanceof Skip) return { kind: 'skipped', reason: error.message };
  if (error instanceof CheckFailed) {
    return { kind: 'failed', request: error.request, expected: error.expected, got: error.got };
  }
  const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', request: 'the suite itself', expected: 'to finish this check', got };
}
