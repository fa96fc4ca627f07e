import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPlace } from '../local-stack/place.ts';
import type { StackRun } from '../local-stack/stack-run.ts';
import type { LoopOptions } from './options.ts';
import { StackEdits } from './stack-edits.ts';
import { tally } from './tally.ts';
import { Traffic } from './traffic.ts';
import { copyWorkspace } from './workspace-copy.ts';

export const stackName = 'whole stack';

export interface StackResult {
  services: number;
  /** Milliseconds from the write of a lib to the first new response of the last service. */
  libMs: number[];
  /** Milliseconds from saving a syntax error to its report in the merged log. */
  brokenMs: number[];
  /** How often the previous version did not respond after that. */
  notServing: number;
  requests: number;
  failed: number;
  stale: number;
}

const betweenMs = 1500;

/** Edits a lib that all services use, then breaks and repairs one service, in a stack of `keel up` under the runner. */
export async function measureStack(
  root: string,
  options: LoopOptions,
  environment: NodeJS.ProcessEnv,
): Promise<StackResult> {
  console.error(`measuring the ${stackName} …`);
  await using place = await openPlace(environment, (folder) => copyWorkspace(root, folder));
  const command: [string, ...string[]] = [process.execPath, join(place.folder, 'tools/keel/src/main.ts'), 'up'];
  await using run = await place.start(command, { HOT_RESTART_STANDBY: '1', LOG_LEVEL: 'warn' });
  const edits = new StackEdits(place.folder, place.services);
  await sleep(3000);
  // The first edits fill caches and are not counted.
  for (let warmUp = 0; warmUp < 2; warmUp += 1) {
    await edits.changeLib();
    await sleep(betweenMs);
  }
  const traffic = edits.targets.map(({ url }) => new Traffic(url, options.rate / edits.targets.length));
  const times = await edit(edits, run, Math.ceil(options.edits / 2));
  const tallies = await Promise.all(
    traffic.map(async (each, index) => {
      const answers = await each.stop();
      const lives = edits.targets[index]?.lives ?? [];
      return (['new', 'kept'] as const).map((connection) => tally(answers, lives, connection));
    }),
  );
  const sum = (key: 'requests' | 'failed' | 'stale') => tallies.flat().reduce((all, each) => all + each[key], 0);
  const counted = { requests: sum('requests'), failed: sum('failed'), stale: sum('stale') };
  return { services: place.services.length, ...times, ...counted };
}

async function edit(
  edits: StackEdits,
  run: StackRun,
  count: number,
): Promise<Pick<StackResult, 'libMs' | 'brokenMs' | 'notServing'>> {
  const [libMs, brokenMs]: [number[], number[]] = [[], []];
  let notServing = 0;
  for (let number = 0; number < count; number += 1) {
    await sleep(betweenMs);
    libMs.push(await edits.changeLib());
  }
  for (let number = 0; number < count; number += 1) {
    await sleep(betweenMs);
    const begun = performance.now();
    const shown = run.untilPrinted(/goes on serving/, 10_000);
    edits.breakService();
    brokenMs.push((await shown) - begun);
    await sleep(betweenMs);
    if (!(await edits.servesAsBefore())) notServing += 1;
    await edits.mendService();
  }
  await sleep(betweenMs);
  return { libMs, brokenMs, notServing };
}
