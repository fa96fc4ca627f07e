import type { ContenderProcess } from './contender-process.ts';
import type { Contender } from './contenders.ts';
import type { HelperProcess } from './helper-process.ts';
import type { Load, LoadResult } from './load/load.ts';

export interface Run {
  contender: Contender;
  running: ContenderProcess;
  rounds: LoadResult[];
}

const warmUpMs = 1_000;
/** The compilers of V8 have most of their work to do then. */
const firstWarmUpMs = 3_000;

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
    for (const { contender, running, rounds: results } of runs) {
      const { pid, port } = running;
      const before = await helpers.collector.ask<number>('bytes');
      running.resume();
      const load: Load = { ...given, pid, port, warmUpMs: round === 0 ? firstWarmUpMs : warmUpMs };
      results.push(await helpers.load.ask<LoadResult>(load));
      running.pause();
      await running.dropLog();
      const arrived = (await helpers.collector.ask<number>('bytes')) > before;
      if (arrived !== (contender.sends ?? false))
        throw new Error(`${contender.name}: ${arrived ? 'unexpected' : 'no'} telemetry arrived at the collector`);
    }
  }
}
