import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFixture, TEXT_FILE, textModule } from './fixture.ts';
import { isThere, processesBelow } from './processes.ts';
import { startRunner } from './runner-under-test.ts';

describe('signals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s drains the service and ends with its code', async (signal) => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    const answer = runner.get('/slow?ms=1500');
    await runner.answersSlowly();
    const children = await processesBelow(runner.process.pid);
    runner.process.kill(signal);
    const [code] = await once(runner.process, 'exit');
    expect(code).toBe(0);
    expect(await answer).toBe('one');
    expect(runner.events.at(-1)).toEqual({ type: 'stopped', code: 0 });
    await runner.until('no child is left', () => children.every((pid) => !isThere(pid)));
  });

  it('SIGHUP reaches the service, and the one after a restart', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    for (const text of ['one', 'two']) {
      if (text === 'two') {
        await fixture.say(text);
        await runner.ready(1);
      }
      runner.process.kill('SIGHUP');
      await runner.until('it has reloaded', async () => (await runner.get('/state')).includes('"reloads":1'));
    }
  });

  it('SIGHUP that comes before a new process listens for it reaches the service there, too', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    const [loading, go] = [fixture.path('loading'), fixture.path('go')];
    await fixture.write(
      TEXT_FILE,
      `import { existsSync, writeFileSync } from 'node:fs';
      writeFileSync('${loading}', '');
      while (!existsSync('${go}')) await new Promise((resolve) => setTimeout(resolve, 10));
      ${textModule('two')}`,
    );
    await runner.until('the new process is loading', () => existsSync(loading));
    runner.process.kill('SIGHUP');
    const hasReloaded = async () => (await runner.get('/state')).includes('"reloads":1');
    await runner.until('the old process has reloaded', hasReloaded);
    await fixture.write('go', '');
    await runner.ready(1);
    expect(await runner.get('/')).toBe('two');
    await runner.until('the new process has reloaded', hasReloaded);
  });

  it('a runner that is killed leaves no process behind', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    await runner.until('a standby is there', async () => (await processesBelow(runner.process.pid)).length === 2);
    const children = await processesBelow(runner.process.pid);
    runner.process.kill('SIGKILL');
    await runner.until('no child is left', () => children.every((pid) => !isThere(pid)));
  });

  it('ends when its parent is gone', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    runner.process.disconnect();
    const [code] = await once(runner.process, 'exit');
    expect(code).toBe(0);
  });
});
