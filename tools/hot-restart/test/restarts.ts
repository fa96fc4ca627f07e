import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { createFixture } from './fixture.ts';
import { descriptorsOf, memoryOf, processesBelow } from './processes.ts';
import { startRunner } from './runner-under-test.ts';

const IS_LINUX = process.platform === 'linux';

interface Footprint {
  processes: number;
  descriptors: number;
  memoryMb: number;
}

/** Restarts a service many times and expects that nothing is left behind: compares with the state after the tenth. */
export async function expectNothingLeft(restarts: number, limitMb: number): Promise<void> {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  await runner.ready(0);
  const footprint = async (): Promise<Footprint> => {
    await sleep(500);
    await runner.until('two processes', async () => (await processesBelow(runner.process.pid)).length === 2);
    await sleep(1500);
    return {
      processes: (await processesBelow(runner.process.pid)).length,
      descriptors: IS_LINUX ? await descriptorsOf(runner.process.pid) : 0,
      memoryMb: await memoryOf(runner.process.pid),
    };
  };
  let tenth: Footprint | undefined;
  for (let restart = 1; restart <= restarts; restart += 1) {
    await fixture.say(`restart ${restart}`);
    await runner.ready(restart);
    expect(await runner.get()).toBe(`restart ${restart}`);
    if (restart === 10) tenth = await footprint();
  }
  const last = await footprint();
  console.log(`after the tenth restart ${JSON.stringify(tenth)}, after ${restarts} ${JSON.stringify(last)}`);
  expect(last.processes).toBe(tenth?.processes);
  expect(last.descriptors).toBeLessThanOrEqual(tenth?.descriptors ?? 0);
  expect(last.memoryMb - (tenth?.memoryMb ?? 0)).toBeLessThanOrEqual(limitMb);
}
