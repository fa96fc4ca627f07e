import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, type Memory } from '../local-stack/memory.ts';
import type { Place } from '../local-stack/place.ts';
import type { Way } from './ways.ts';

/** Milliseconds of a first start in a clean clone. */
export interface Cold {
  readyMs: number;
  /** Of these, until the dependencies were installed. */
  installedMs: number;
}

export interface Warm {
  name: string;
  readyMs: number[];
  memory: Memory | undefined;
}

/** Time for standby processes to be ready and memory of the start to be released, before memory is measured. */
const settleMs = 10_000;
const coldLimitMs = 600_000;

export async function measureCold(place: Place, env: NodeJS.ProcessEnv): Promise<Cold> {
  const begun = performance.now();
  const over = new AbortController();
  const installed = untilThere(join(place.folder, 'node_modules', '.evenkeel-lockfile'), over.signal);
  try {
    await using run = await place.start(['npm', 'start'], env, coldLimitMs);
    return { readyMs: run.readyMs, installedMs: (await installed) - begun };
  } finally {
    over.abort();
  }
}

/**
 * Alternates between the ways, so that other load on the machine affects all of them. The first round fills caches and
 * is not counted.
 */
export async function measureWarm(place: Place, ways: readonly Way[], runs: number): Promise<Warm[]> {
  const results: Warm[] = ways.map(({ name }) => ({ name, readyMs: [], memory: undefined }));
  for (let count = 0; count <= runs; count += 1) {
    for (const [index, way] of ways.entries()) {
      const result = results[index] as Warm;
      await using run = await place.start(way.command, way.env);
      if (count > 0) result.readyMs.push(run.readyMs);
      if (count < runs) continue;
      await sleep(settleMs);
      result.memory = await memoryOf(run);
    }
  }
  return results;
}

/** When (`performance.now()`) the file appeared. */
async function untilThere(path: string, signal: AbortSignal): Promise<number> {
  const isThere = () =>
    access(path).then(
      () => true,
      () => false,
    );
  while (!(await isThere()) && !signal.aborted) await sleep(20);
  return performance.now();
}
