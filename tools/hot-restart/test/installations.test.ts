import { cp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFixture, TEXT_FILE, type Fixture } from './fixture.ts';
import { startRunner, type RunnerUnderTest } from './runner-under-test.ts';

const LOCAL_FILE = 'node_modules/local/index.js';
/** Longer than an installation has to be quiet, so that a burst before is over. */
const REST_MS = 700;

async function fixtureThatUsesLocal(): Promise<Fixture> {
  const fixture = await createFixture();
  await fixture.write(TEXT_FILE, `import { version } from 'local';\nexport const text = 'version ' + version;\n`);
  return fixture;
}

/** A runner whose service is live, and which waits for changes. */
async function startAtRest(fixture: Fixture): Promise<RunnerUnderTest> {
  const runner = await startRunner(fixture.entry);
  await runner.ready(0);
  await sleep(REST_MS);
  return runner;
}

function install(fixture: Fixture, version: number): Promise<void> {
  return fixture.write(LOCAL_FILE, `export const version = ${version};\n`);
}

async function untilItSays(runner: RunnerUnderTest, text: string): Promise<void> {
  await runner.until(`it says ${text}`, async () => (await runner.get().catch(() => '')) === text);
}

describe('what is installed', () => {
  it('is seen when a module changes that the service has loaded', async () => {
    await using fixture = await fixtureThatUsesLocal();
    await using runner = await startAtRest(fixture);
    await install(fixture, 2);
    await runner.ready(1);
    expect(await runner.get()).toBe('version 2');
  });

  it('is seen when a loaded module changes after nothing but the lockfile did', async () => {
    await using fixture = await fixtureThatUsesLocal();
    await using runner = await startAtRest(fixture);
    await fixture.write('package-lock.json', '{ "changed": true }');
    await sleep(REST_MS);
    expect(runner.events.length).toBe(1);
    await install(fixture, 2);
    await runner.ready(1);
    expect(await runner.get()).toBe('version 2');
  });

  it('is seen when the folder of all modules was deleted and comes back', async () => {
    await using fixture = await fixtureThatUsesLocal();
    await using runner = await startAtRest(fixture);
    const [all, away] = [fixture.path('node_modules'), fixture.path('away')];
    await cp(all, away, { recursive: true, verbatimSymlinks: true });
    await rm(all, { recursive: true });
    await runner.until('the failure is told', () => runner.events.some((event) => event.type === 'failed'));
    await cp(away, all, { recursive: true, verbatimSymlinks: true });
    // Written last, by npm.
    await fixture.write('node_modules/.package-lock.json', '{ "changed": true }');
    await runner.ready(1);
    await install(fixture, 2);
    await untilItSays(runner, 'version 2');
  });
});
