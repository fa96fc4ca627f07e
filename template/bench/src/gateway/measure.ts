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
  /** Bytes of telemetry that arrived at the collector. */
  sentBytes: number;
}

const warmUpLimitMs = 1_000;
/** The first warm-up is longer by this factor: code is not compiled yet, and no token has been seen. */
const firstWarmUp = 8;
/** Time for memory of the start to be released. */
const restMs = 10_000;

/**
 * Measures all contenders in turn in each round, so that other load on the machine affects all of them. All others are
 * paused meanwhile.
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
  const silent = runs.find(({ contender, sentBytes }) => contender.sends === true && sentBytes === 0);
  if (silent !== undefined) throw new Error(`${silent.contender.name}: no telemetry arrived; try more --seconds`);
}

/**
 * Resident memory some time after a start, in MB. A first start writes the compile cache, which production images have
 * as well: without it, Node keeps its type stripper in memory.
 */
export async function memoryAtRest(start: () => Promise<ContenderProcess>): Promise<number> {
  await (await start()).stop();
  await using running = await start();
  await sleep(restMs);
  return residentMegabytes(running.pid);
}
