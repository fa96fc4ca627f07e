import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@evenkeel/local-stores';
import { expect } from 'vitest';
import { createFixture } from './fixture.ts';
import { Heap } from './heap.ts';
import { descriptorsOf, memoryOf, processesBelow } from './processes.ts';
import { startRunner } from './runner-under-test.ts';
import { growthPerRestart, type Sample } from './trend.ts';

const IS_LINUX = process.platform === 'linux';

/** Fewer restarts tell nothing of a trend: code is still being compiled. */
const TREND_FROM = 100;
/** Samples are taken from the tenth restart on. */
const SAMPLE_EVERY = 5;
/** A leak keeps at least an object a restart; what V8 itself keeps is about a tenth of that. */
const OBJECTS_KB = 1;
/** What is not in V8's heap, or is compiled code: that grows by one to three, more slowly with time. */
const MEMORY_KB = 6;

interface Footprint {
  processes: number;
  descriptors: number;
  memoryMb: number;
}

/**
 * Restarts a service many times and expects that nothing is left behind: compares with the state after the tenth, and
 * that there is no trend since.
 */
export async function expectNothingLeft(restarts: number, limitMb: number): Promise<void> {
  const port = await findFreePort();
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry, Heap.env(port));
  await runner.ready(0);
  using heap = await Heap.open(runner, port);
  const objects: Sample[] = [];
  const memory: Sample[] = [];
  /** The process before has ended, and the standby is there: what they take in the runner is the same each time. */
  const settled = async (): Promise<void> => {
    await sleep(500);
    await runner.until('two processes', async () => (await processesBelow(runner.process.pid)).length === 2);
  };
  const footprint = async (): Promise<Footprint> => {
    await settled();
    await sleep(1500);
    // Collects what is not in use, as before each sample between the two.
    await heap.objectsKb();
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
    if (restart < 10 || restart % SAMPLE_EVERY > 0) continue;
    await settled();
    objects.push({ restart, value: await heap.objectsKb() });
    memory.push({ restart, value: (await memoryOf(runner.process.pid)) * 1024 });
  }
  const last = await footprint();
  console.log(`after the tenth restart ${JSON.stringify(tenth)}, after ${restarts} ${JSON.stringify(last)}`);
  const growth = { objectsKb: growthPerRestart(objects), memoryKb: growthPerRestart(memory) };
  console.log(`growth a restart ${JSON.stringify(growth)}`);
  expect(last.processes).toBe(tenth?.processes);
  expect(last.descriptors).toBeLessThanOrEqual(tenth?.descriptors ?? 0);
  expect(last.memoryMb - (tenth?.memoryMb ?? 0)).toBeLessThanOrEqual(limitMb);
  if (restarts < TREND_FROM) return;
  expect(growth.objectsKb).toBeLessThan(OBJECTS_KB);
  expect(growth.memoryKb).toBeLessThan(MEMORY_KB);
}
