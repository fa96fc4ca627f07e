import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createFixture, LIB_FILE, libModule, TEXT_FILE, textModule, type Fixture } from './fixture.ts';
import { startRunner, type RunnerUnderTest } from './runner-under-test.ts';

/** A restart takes some 100 ms. */
const REST_MS = 700;

let fixture: Fixture;
let runner: RunnerUnderTest;
/** How many times code has become live in the shared runner, restarts only. */
let lives: number;

beforeAll(async () => {
  fixture = await createFixture();
  runner = await startRunner(fixture.entry);
  await runner.ready(0);
});

beforeEach(() => {
  lives = restarts();
});

afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

function restarts(): number {
  return runner.events.filter((event) => event.type === 'ready').length - 1;
}

/** Waits until no restart is under way; it is not known how many an edit of several steps makes. */
async function settled(): Promise<void> {
  do {
    lives = restarts();
    await sleep(REST_MS);
  } while (restarts() !== lives);
}

async function expectLive(text: string): Promise<void> {
  await runner.ready((lives += 1));
  expect(await runner.get()).toBe(text);
}

/** Waits long enough for a restart that should not happen. */
async function expectNoRestart(): Promise<void> {
  await sleep(REST_MS);
  expect(restarts()).toBe(lives);
}

it('sees a file written in place, and says what changed and how long it took', async () => {
  await fixture.say('in place');
  await expectLive('in place');
  expect(runner.output()).toMatch(/hot-restart: apps\/greeter\/src\/text\.ts changed: live in \d+ ms\n/);
});

it('sees an atomic save: a file renamed over it', async () => {
  await fixture.write('apps/greeter/src/.text.ts.swp', textModule('atomic'));
  await rename(fixture.path('apps/greeter/src/.text.ts.swp'), fixture.path(TEXT_FILE));
  await expectLive('atomic');
});

it('sees a file deleted and created', async () => {
  await rm(fixture.path(TEXT_FILE));
  await fixture.say('created');
  await runner.until('created is live', async () => (await runner.get()) === 'created');
  await settled();
});

it('sees a folder replaced, again and again', async () => {
  for (const text of ['replaced once', 'replaced twice']) {
    await cp(fixture.path('apps/greeter/src'), fixture.path('apps/greeter/.next'), { recursive: true });
    await writeFile(fixture.path('apps/greeter/.next/text.ts'), textModule(text));
    await rename(fixture.path('apps/greeter/src'), fixture.path('apps/greeter/.old'));
    await rename(fixture.path('apps/greeter/.next'), fixture.path('apps/greeter/src'));
    await rm(fixture.path('apps/greeter/.old'), { recursive: true });
    await expectLive(text);
  }
  await fixture.say('in the replaced folder');
  await expectLive('in the replaced folder');
});

it('sees the whole package replaced', async () => {
  await cp(fixture.path('apps/greeter'), fixture.path('next'), { recursive: true });
  await writeFile(fixture.path('next/src/text.ts'), textModule('new package'));
  await rm(fixture.path('apps/greeter'), { recursive: true });
  await rename(fixture.path('next'), fixture.path('apps/greeter'));
  await runner.until('the new package is live', async () => (await runner.get()) === 'new package');
  await settled();
  await fixture.say('after the package');
  await expectLive('after the package');
});

it('sees what tar unpacks, as a container sync does', async () => {
  await mkdir(fixture.path('sync/src'), { recursive: true });
  await writeFile(fixture.path('sync/src/text.ts'), textModule('synced'));
  execFileSync('tar', ['-C', fixture.path('sync'), '-cf', fixture.path('sync.tar'), '.']);
  execFileSync('tar', ['-C', fixture.path('apps/greeter'), '-xf', fixture.path('sync.tar')]);
  await expectLive('synced');
});

it('sees a file in a folder that is new', async () => {
  await fixture.write('apps/greeter/src/deep/er/text.ts', textModule('deep'));
  await fixture.write(TEXT_FILE, `export { text } from './deep/er/text.ts';\n`);
  await expectLive('deep');
  await fixture.write('apps/greeter/src/deep/er/text.ts', textModule('deeper'));
  await expectLive('deeper');
});

it('sees a file that belongs to no package', async () => {
  await fixture.write('apps/beside.ts', textModule('beside'));
  await fixture.write(TEXT_FILE, `export { text } from '../../beside.ts';\n`);
  await expectLive('beside');
  await fixture.write('apps/beside.ts', textModule('beside again'));
  await expectLive('beside again');
});

it('restarts once for a burst of a hundred files', async () => {
  const parts = Array.from({ length: 100 }, (_, index) => `part-${index}`);
  for (const part of parts) await fixture.write(`apps/greeter/src/${part}.ts`, 'export const size = 1;\n');
  await sleep(100);
  await fixture.write(TEXT_FILE, parts.map((part) => `import './${part}.ts';\n`).join('') + textModule('burst'));
  await expectLive('burst');
  await settled();
  // The runner stands still meanwhile: a busy machine may halt the writer for longer than a burst is quiet.
  runner.process.kill('SIGSTOP');
  execFileSync('sh', ['-c', 'for f in part-*.ts; do echo "export const size = 2;" > $f; done'], {
    cwd: fixture.path('apps/greeter/src'),
  });
  runner.process.kill('SIGCONT');
  await expectLive('burst');
  await expectNoRestart();
  expect(runner.output()).toContain('apps/greeter/src/part-0.ts and 99 more changed');
});

it('follows a lib that the service uses', async () => {
  await fixture.write(LIB_FILE, libModule('goodbye'));
  await runner.ready((lives += 1));
  expect(JSON.parse(await runner.get('/state'))).toMatchObject({ word: 'goodbye' });
});

it('restarts nothing for the same content, for times, or for files that nobody imports', async () => {
  await copyFile(fixture.path(TEXT_FILE), fixture.path('apps/greeter/.copy'));
  await copyFile(fixture.path('apps/greeter/.copy'), fixture.path(TEXT_FILE));
  execFileSync('touch', [fixture.path(TEXT_FILE)]);
  await fixture.write('apps/greeter/src/nobody.ts', 'export const nothing = 0;\n');
  await fixture.write('apps/greeter/notes.txt', 'a note\n');
  await expectNoRestart();
});

it('restarts when its parent asks for it', async () => {
  const text = await runner.get();
  runner.tell({ type: 'restart', reason: 'keel restart' });
  await expectLive(text);
  expect(runner.output()).toContain('hot-restart: keel restart: live in');
});
