import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFixture, TEXT_FILE, type Fixture } from './fixture.ts';
import { Load } from './load.ts';
import { isThere, processesBelow } from './processes.ts';
import { startRunner, type RunnerUnderTest } from './runner-under-test.ts';

/** A busy machine cuts no request that was begun. */
const LONG_DRAIN = { HOT_RESTART_DRAIN_MS: '60000' };

const failed = (load: Load) => load.answers.filter((answer) => answer.error !== undefined);

describe('a service that receives a signal to terminate from elsewhere', () => {
  it.each([
    ['SIGTERM', '1'],
    ['SIGTERM', '0'],
    ['SIGINT', '1'],
  ] as const)('is replaced without a failed request (%s, HOT_RESTART_STANDBY=%s)', async (signal, standby) => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry, { HOT_RESTART_STANDBY: standby });
    let { pid } = await runner.ready(0);
    const load = new Load(runner.url, 50);
    for (const restart of [1, 2, 3]) {
      process.kill(pid, signal);
      await runner.until('its end', () => !isThere(pid));
      const line = `hot-restart: process ${pid} received ${signal}: live in `;
      await runner.until('the line', () => runner.output().includes(line));
      ({ pid } = await runner.ready(restart));
    }
    await load.stop();
    expect(failed(load)).toEqual([]);
    expect(runner.output()).not.toContain('exited with code');
  });

  it.each(['on', 'once'])('finishes what it has begun, however often it comes (process.%s)', async (method) => {
    await using fixture = await createFixture();
    const main = await readFile(fixture.entry, 'utf8');
    await fixture.write(
      'apps/greeter/src/main.ts',
      main.replace("process.on('SIGTERM'", `process.${method}('SIGTERM'`),
    );
    await using runner = await startRunner(fixture.entry, LONG_DRAIN);
    const { pid } = await runner.ready(0);
    const load = new Load(runner.url, 50);
    const slow = runner.get('/slow?ms=3000');
    await runner.answersSlowly();
    const repeat = setInterval(() => isThere(pid) && process.kill(pid, 'SIGTERM'), 10);
    expect(await slow).toBe('one');
    await runner.until('its end', () => !isThere(pid));
    clearInterval(repeat);
    await load.stop();
    expect(failed(load)).toEqual([]);
    expect(runner.events.filter((event) => event.type === 'ready').length).toBe(2);
  });

  it('goes on serving when the code on disk does not start, and is replaced when that is repaired', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    const { pid } = await runner.ready(0);
    await fixture.write(TEXT_FILE, 'export const text = ;\n');
    await runner.until('the failure', () => runner.events.some((event) => event.type === 'failed'));
    const load = new Load(runner.url, 50);
    process.kill(pid, 'SIGTERM');
    const line = new RegExp(
      `process ${pid} received SIGTERM: the start failed: .*\\. The previous version keeps serving\\.`,
    );
    await runner.until('the line', () => line.test(runner.output()));
    expect(await runner.get()).toBe('one');
    await fixture.say('repaired');
    await runner.ready(1);
    await runner.until('its end', () => !isThere(pid));
    await load.stop();
    expect(failed(load)).toEqual([]);
  });
});

describe('a signal to the process group, the runner included,', () => {
  const serving = async (runner: RunnerUnderTest) => {
    await runner.until('a standby is there', async () => (await processesBelow(runner.process.pid)).length === 2);
  };
  const restarting = async (runner: RunnerUnderTest, fixture: Fixture) => {
    const slow = `console.log('it imports');\nawait new Promise((resolve) => setTimeout(resolve, 60_000));\n`;
    await fixture.write(TEXT_FILE, `${slow}export const text = 'late';\n`);
    await runner.until('the import', () => runner.output().includes('it imports'));
  };

  it.each([
    ['SIGTERM', 'serving', serving],
    ['SIGTERM', 'restarting', restarting],
    ['SIGINT', 'serving', serving],
  ] as const)('ends everything and brings nothing back (%s, %s)', async (signal, _, reach) => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry, LONG_DRAIN);
    await runner.until('the first start', () => runner.output().includes('started: live'));
    await reach(runner, fixture);
    const slow = runner.get('/slow?ms=1500');
    await runner.answersSlowly();
    const before = runner.output().match(/^hot-restart: .*/gm);
    const group = -(runner.process.pid ?? 0);
    const closed = once(runner.process, 'close');
    process.kill(group, signal);
    expect(await closed).toEqual([0, null]);
    expect(await slow).toBe('one');
    await runner.until('no process is left', () => !isThere(group));
    expect(runner.output().match(/^hot-restart: .*/gm)).toEqual(before);
    expect(runner.events.filter((event) => event.type === 'ready').length).toBe(1);
  });
});
