import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchPaths } from './path-watch.ts';

/** Far beyond the limit of a test: it passes by an event or not at all. */
const LONG_MS = 2_000_000;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'path-watch-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unexpected = (path: string, reason: string) => expect.fail(`${path}: ${reason}`);

it('tells of writes, renames and removals in a folder', async () => {
  const file = join(folder, 'a');
  const next = watchPaths([folder], unexpected);
  for (const change of [
    () => writeFileSync(file, '1'),
    () => writeFileSync(file, '2'),
    () => renameSync(file, `${file}b`),
    () => rmSync(`${file}b`),
  ]) {
    // What comes in several events is over by then.
    await next(0);
    await next(50);
    setImmediate(change);
    await next(LONG_MS);
  }
});

it('watches the folder of a file, which need not exist', async () => {
  const file = join(folder, 'later', 'a');
  const next = watchPaths([file], unexpected);
  await next(0);
  mkdirSync(join(folder, 'later'));
  // The folder itself is found by the next call, not by an event.
  await next(LONG_MS);
  setImmediate(() => writeFileSync(file, '1'));
  await next(LONG_MS);
});

it('watches a folder again that took the place of another', async () => {
  const path = join(folder, 'config');
  mkdirSync(path);
  const next = watchPaths([path], unexpected);
  await next(LONG_MS);
  for (let time = 0; time < 3; time++) {
    rmSync(path, { recursive: true });
    mkdirSync(path);
    await next(LONG_MS);
    await next(0);
    setImmediate(() => writeFileSync(join(path, 'a'), String(time)));
    await next(LONG_MS);
  }
});
