import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holderOf, takeLock, type Lock } from './lock.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keel-lock-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is held by one at a time', async () => {
  expect(await holderOf(folder)).toBeUndefined();
  const lock = (await takeLock(folder)) as Lock;
  expect(lock.wasStale).toBe(false);
  expect(await takeLock(folder)).toEqual({ heldBy: process.pid });
  await lock.release();
  expect(await takeLock(folder)).toMatchObject({ wasStale: false });
});

it.each([
  ['of a process that is gone', '999999999 12345'],
  ['of a process whose id another one has by now', `${process.pid} 1`],
  ['that was never written', ''],
])('takes over one %s', async (_name, content) => {
  await writeFile(join(folder, 'up.lock'), content);
  expect(await takeLock(folder)).toMatchObject({ wasStale: true });
  expect(await holderOf(folder)).toBe(process.pid);
});
