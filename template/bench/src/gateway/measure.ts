import { setTimeout as sleep } from 'node:timers/promises';
import type { ContenderProcess } from './contender-process.ts';
import type { Contender } from './contenders.ts';
import type { HelperProcess } from './helper-process.ts';
import type { Load, LoadResult } from './load/main.ts';
import { residentMegabytes } from './process-usage.ts';

export interface Run {
  contender: Contender;
  running: ContenderProcess;
  rounds: LoadResult[];
  /** How much telemetry arrived at the collector. */
  sentBytes: number;
}

const warmUpLimitMs = 1_000;
/** When V8 has to compile, and the tokens of all users are new. */
const firstWarmUp = 3;
/** Until the memory that a start needs is released. */
const restMs = 10_000;

/**
 * Measures each contender in turn, in each round again, so that other load on the machine affects all of them. Only the
 * one that is measured runs.
 */
export async function measureRounds(
  runs: readonly Run[],
  rounds: number,
  helpers: { load: HelperProcess; collector: HelperProcess },
  given: Pick<Load, 'path' | 'tokens' | 'connections' | 'measuredMs'>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    console.error(`measuring: round ${round + 1} of ${rounds} …`);
    for (const run of runs) {
      const { pid, port, resume, pause, dropLog } = run.running;
      const before = await helpers.collector.ask<number>('bytes');
      resume();
      const warmUpMs = Math.min(given.measuredMs, warmUpLimitMs) * (round === 0 ? firstWarmUp : 1);
      run.rounds.push(await helpers.load.ask<LoadResult>({ ...given, pid, port, warmUpMs }));
      pause();
      await dropLog();
      run.sentBytes += (await helpers.collector.ask<number>('bytes')) - before;
    }
  }
  const mute = runs.find(({ contender, sentBytes }) => contender.sends === true && sentBytes === 0);
  if (mute !== undefined) throw new Error(`${mute.contender.name}: no telemetry arrived. Measure for longer.`);
}

/**
 * The memory that is resident some time after a start, in MB. The first of two starts writes the compile cache, which
 * images have as well: without it, Node would hold what it strips types with.
 */
export async function memoryAtRest(start: () => Promise<ContenderProcess>): Promise<number> {
  await (await start()).stop();
  await using running = await start();
  await sleep(restMs);
  return residentMegabytes(running.pid);
}
