import type { World } from '../world.ts';
import { BrokenPromise, Skip } from '../broken-promise.ts';
import { type Check, type Group } from './check.ts';

/** How one promise came out. */
export type Outcome =
  | { kind: 'kept'; note?: string }
  | { kind: 'skipped'; reason: string }
  | { kind: 'broken'; asked: string; expected: string; got: string };

export interface Result {
  group: string;
  promise: string;
  outcome: Outcome;
  /** Milliseconds. */
  took: number;
}

/**
 * Asks every promise, one after the other, so that what fails stands alone; only those that have to wait go on beside
 * the others. `report` is called once for each, in the order of the list. Once `signal` aborts no more are asked.
 */
export async function runGroups(
  groups: readonly Group[],
  world: World,
  report: (result: Result) => void,
  signal?: AbortSignal,
): Promise<Result[]> {
  const all = groups.flatMap(({ title, checks }) => checks.map((each) => ({ group: title, check: each })));
  const asked = new Map<Check, Promise<Answered>>();
  for (const { check } of all) if (check.patient) asked.set(check, ask(check, world));

  let last: Promise<unknown> = Promise.resolve();
  for (const { check } of all) {
    if (check.patient) continue;
    const answered = last.then(() => (signal?.aborted ? undefined : ask(check, world)));
    asked.set(check, answered);
    last = answered;
  }

  const results: Result[] = [];
  for (const { group, check } of all) {
    const answered = await asked.get(check);
    if (answered === undefined) continue;
    const result = { group, promise: check.promise, ...answered };
    results.push(result);
    report(result);
  }
  return results;
}

/** Undefined when the run was interrupted before. */
type Answered = Pick<Result, 'outcome' | 'took'> | undefined;

async function ask(one: Check, world: World): Promise<NonNullable<Answered>> {
  const start = performance.now();
  const outcome = await one.ask(world).then(kept, refused);
  return { outcome, took: Math.round(performance.now() - start) };
}

function kept(note: string | undefined | void): Outcome {
  return { kind: 'kept', ...(note === undefined ? {} : { note }) };
}

function refused(error: unknown): Outcome {
  if (error instanceof Skip) return { kind: 'skipped', reason: error.message };
  if (error instanceof BrokenPromise) {
    return { kind: 'broken', asked: error.asked, expected: error.expected, got: error.got };
  }
  const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'broken', asked: 'the suite itself', expected: 'to get to the end of this check', got };
}
