import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFixture, TEXT_FILE } from './fixture.ts';
import { Load } from './load.ts';
import { startRunner } from './runner-under-test.ts';

describe('code that does not start', () => {
  it.each([
    ['does not parse', 'export const text = ;\n', /text\.ts:1\nexport const text = ;\n +\^/],
    [
      'throws',
      `export const text = 'x';\nthrow new Error('out of luck');\n`,
      /throw new Error\('out of luck'\);\n +\^/,
    ],
  ])('that %s leaves the old version serving and is shown once; the next save recovers', async (_, code, shown) => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    const load = new Load(runner.url, 50);
    await fixture.write(TEXT_FILE, code);
    await runner.until('the failure is told', () => runner.events.some((event) => event.type === 'failed'));
    await runner.until('the error is shown', () => shown.test(runner.output()));
    expect(await runner.get()).toBe('one');
    await sleep(400);
    await fixture.say('repaired');
    await runner.ready(1);
    expect(await runner.get()).toBe('repaired');
    expect((await load.stop()).filter((answer) => answer.error !== undefined)).toEqual([]);
    expect(runner.output().match(/: the start failed: /g)?.length).toBe(1);
  });

  it('for lack of a file recovers when that is created', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    await fixture.write(TEXT_FILE, `export { text } from './missing.ts';\n`);
    await runner.until('the failure is told', () => runner.events.some((event) => event.type === 'failed'));
    await runner.until('the error is shown', () => runner.output().includes('missing.ts'));
    expect(await runner.get()).toBe('one');
    await fixture.write('apps/greeter/src/missing.ts', `export const text = 'found';\n`);
    await runner.ready(1);
    expect(await runner.get()).toBe('found');
  });

  it('is tried again when any module comes, and fails as before', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    const failures = () => runner.events.filter((event) => event.type === 'failed').length;
    await runner.ready(0);
    await fixture.write(TEXT_FILE, 'export const text = ;\n');
    await runner.until('the failure is told', () => failures() === 1);
    await fixture.write('apps/greeter/src/other.ts', 'export const nothing = 0;\n');
    await runner.until('the next failure is told', () => failures() === 2);
    expect(await runner.get()).toBe('one');
  });

  it('is tried again when it was repaired while it was imported', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry);
    await runner.ready(0);
    const part = 'apps/greeter/src/part.ts';
    const slow = `console.log('it imports');\nawait new Promise((resolve) => setTimeout(resolve, 2000));\nexport {};\n`;
    await fixture.write('apps/greeter/src/slow.ts', slow);
    await fixture.write(part, `throw new Error('out of luck');\nexport const text = '';\n`);
    await fixture.write(TEXT_FILE, `import './slow.ts';\nexport { text } from './part.ts';\n`);
    await runner.until('the import', () => runner.output().includes('it imports'));
    await fixture.write(part, `export const text = 'repaired';\n`);
    await runner.ready(1);
    expect(await runner.get()).toBe('repaired');
  });

  it('that does not become ready is given up after the limit, or at the next save', async () => {
    await using fixture = await createFixture();
    await using runner = await startRunner(fixture.entry, { HOT_RESTART_READY_MS: '4000' });
    await runner.ready(0);
    const hangs = `await new Promise((resolve) => setTimeout(resolve, 60_000));\nexport const text = 'late';\n`;
    await fixture.write(TEXT_FILE, hangs);
    await runner.until('the limit', () => runner.output().includes('was not ready within 4000 ms'));
    expect(await runner.get()).toBe('one');
    await fixture.write(TEXT_FILE, `${hangs}\n`);
    await sleep(300);
    await fixture.say('repaired');
    const live = await runner.ready(1);
    expect(live.restarts).toBe(1);
    // The second attempt was not waited for.
    expect(runner.output().match(/was not ready within/g)?.length).toBe(1);
  });

  it('at the very first start is reported, and the next save is tried', async () => {
    await using fixture = await createFixture();
    await fixture.write(TEXT_FILE, `console.error('PORT: is missing');\nprocess.exit(1);\nexport const text = '';\n`);
    await using runner = await startRunner(fixture.entry);
    await runner.until('the failure is told', () => runner.events.some((event) => event.type === 'failed'));
    expect(runner.output()).toContain('PORT: is missing');
    expect(runner.output()).toContain('Nothing is serving; the next change starts it again.');
    await fixture.say('repaired');
    await runner.ready(0);
    expect(await runner.get()).toBe('repaired');
  });
});

it('starts a service again that ends by itself: at once, then later each time', async () => {
  await using fixture = await createFixture();
  await using runner = await startRunner(fixture.entry);
  await runner.ready(0);
  for (const [crash, when] of ['at once', 'in 100 ms', 'in 200 ms'].entries()) {
    await runner.get('/crash').catch(() => undefined);
    await runner.ready(crash + 1);
    expect(runner.output()).toContain(`the service exited with code 3; restarting it ${when}`);
  }
  expect(await runner.get()).toBe('one');
});
