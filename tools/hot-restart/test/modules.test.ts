import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFixture, LIB_FILE, libModule, TEXT_FILE, type Fixture } from './fixture.ts';
import { processesBelow } from './processes.ts';
import { startRunner, type RunnerUnderTest } from './runner-under-test.ts';

const USES_LOCAL = `import { version } from 'local';\nexport const text = 'version ' + version;\n`;

async function standbyOf(runner: RunnerUnderTest, active: number): Promise<number> {
  let standby: number | undefined;
  await runner.until('a standby is there', async () => {
    standby = (await processesBelow(runner.process.pid)).find((pid) => pid !== active);
    return standby !== undefined;
  });
  return standby as number;
}

async function listedModules(fixture: Fixture): Promise<string[]> {
  const cache = fixture.path('node_modules/.cache/hot-restart');
  const [list] = (await readdir(cache)).filter((name) => name.endsWith('.json'));
  const modules = JSON.parse(await readFile(join(cache, list ?? ''), 'utf8')) as { specifier: string; own: boolean }[];
  return modules.filter(({ own }) => !own).map(({ specifier }) => specifier);
}

it('makes the standby live after an edit of the service and of a lib, instead of a process started for it', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  let { pid } = await runner.ready(0);
  const edits = [
    () => fixture.say('two'),
    () => fixture.write(LIB_FILE, libModule('second')),
    () => fixture.say('three'),
  ];
  for (const [index, edit] of edits.entries()) {
    // Long enough for the one before to end, and for the standby to have said what it loaded.
    await sleep(1500);
    const standby = await standbyOf(runner, pid);
    await edit();
    ({ pid } = await runner.ready(index + 1));
    expect(pid).toBe(standby);
  }
});

describe('third-party modules', () => {
  it('are live after an installation has changed them, though a standby had loaded them', async () => {
    await using fixture = await createFixture();
    await fixture.write(TEXT_FILE, USES_LOCAL);
    await using runner = await startRunner(fixture.entry);
    const { pid } = await runner.ready(0);
    const standby = await standbyOf(runner, pid);
    await runner.until('the list is kept', async () => (await listedModules(fixture)).includes('local'));
    await sleep(500);
    await fixture.write('node_modules/local/index.js', 'export const version = 2;\n');
    await fixture.write('node_modules/.package-lock.json', '{ "changed": true }');
    const live = await runner.ready(1);
    expect(live.pid).not.toBe(standby);
    expect(await runner.get()).toBe('version 2');
  });

  it('that are only about to change discard the standby and leave the service', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    const { pid } = await runner.ready(0);
    const standby = await standbyOf(runner, pid);
    await fixture.write('package-lock.json', '{ "changed": true }');
    await runner.until('another standby', async () => (await standbyOf(runner, pid)) !== standby);
    expect(await runner.get()).toBe('one');
    expect(runner.events.length).toBe(1);
  });

  it('are listed by the words of own code, for the next run', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    await runner.until('the list is kept', async () => (await listedModules(fixture).catch(() => [])).length > 0);
    expect(await listedModules(fixture)).toEqual(['node:http', 'node:timers/promises', 'express', 'pg', 'ioredis']);
  });
});

it('holds a start until it is told, with the modules loaded', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry, { HOT_RESTART_HOLD: '1' });
  await runner.until('the held process is there', async () => (await processesBelow(runner.process.pid)).length === 1);
  await sleep(800);
  expect(runner.events).toEqual([]);
  const [held] = await processesBelow(runner.process.pid);
  runner.tell({ type: 'start' });
  const live = await runner.ready(0);
  expect(live.pid).toBe(held);
  expect(JSON.parse(await runner.get('/state'))).toMatchObject({ argv: [fixture.entry, 'argument'] });
});

it('does without a standby, slower and as correct', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry, { HOT_RESTART_STANDBY: '0' });
  const { pid } = await runner.ready(0);
  const answer = runner.get('/slow?ms=1500');
  await runner.answersSlowly();
  await fixture.say('two');
  await runner.ready(1);
  expect(await runner.get()).toBe('two');
  expect(await answer).toBe('one');
  await runner.until('one process is left', async () => (await processesBelow(runner.process.pid)).length === 1);
  expect(await processesBelow(runner.process.pid)).not.toContain(pid);
});

it('polls when it is asked to', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry, { HOT_RESTART_POLL_MS: '100' });
  await runner.ready(0);
  await fixture.say('two');
  await runner.ready(1);
  expect(await runner.get()).toBe('two');
});

it('tells a wrong command line or variable, with exit code 2', async () => {
  await using fixture = await createFixture();
  for (const [entry, env, message] of [
    [fixture.path('none.ts'), {}, 'does not exist'],
    [fixture.entry, { HOT_RESTART_DRAIN_MS: 'soon' }, 'HOT_RESTART_DRAIN_MS is "soon": a whole number is expected'],
  ] as const) {
    await using runner = await startRunner(entry, env);
    await runner.until('it ends', () => runner.process.exitCode === 2);
    expect(runner.output()).toContain(message);
  }
});
