import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createScene } from './scene.ts';
import { swap } from './swap.ts';

async function startBoth(watch?: (scene: Awaited<ReturnType<typeof createScene>>) => string) {
  const scene = await createScene();
  scene.startService();
  await expect.poll(scene.inForce).toBe('one');
  const reloader = await scene.startReloader(watch?.(scene));
  // The one of its own start.
  await expect.poll(() => reloader.lines(/applied/)).toHaveLength(1);
  return { ...scene, reloader };
}

describe('a change', () => {
  it('in place, of the whole folder', async () => {
    const { file, inForce, reloader } = await startBoth();
    writeFileSync(file, 'two');
    await expect.poll(inForce).toBe('two');
    await expect
      .poll(() => reloader.lines(/applied/).at(-1))
      .toMatchObject({
        level: 'info',
        service: 'config-reloader',
        target: 'demo',
        config: 'two',
      });
  });

  it('by a rename, of one file; its neighbours do not count', async () => {
    const { file, inForce, reloader, signals } = await startBoth((scene) => scene.file);
    for (const text of ['two', 'three']) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
      await expect.poll(inForce).toBe(text);
    }
    await expect.poll(() => reloader.lines(/applied/)).toHaveLength(3);
    writeFileSync(`${file}.other`, 'ignored');
    writeFileSync(file, 'four');
    await expect.poll(inForce).toBe('four');
    expect(await signals()).toBe(4);
  });

  it('of the ..data link, as the kubelet makes it', async () => {
    const { config, file, inForce, reloader } = await startBoth();
    rmSync(file);
    for (const text of ['two', 'three', 'four']) {
      swap(config, { settings: text, other: 'the same' });
      await expect.poll(inForce).toBe(text);
    }
    await expect.poll(() => reloader.lines(/applied/).at(-1)).toMatchObject({ config: 'four' });
  });

  it('that leaves the content as it is does not signal', async () => {
    const { config, file, inForce, signals, reloader } = await startBoth();
    writeFileSync(file, 'one\n');
    mkdirSync(join(config, '..2026_01_01'));
    symlinkSync('..2026_01_01', join(config, '..data'));
    await sleep(1_500);
    expect(await signals()).toBe(1);
    writeFileSync(file, 'two');
    await expect.poll(inForce).toBe('two');
    await expect.poll(() => reloader.lines(/applied/)).toHaveLength(2);
    expect(await signals()).toBe(2);
  });

  it('is signalled when it has settled', async () => {
    const { file, inForce, signals } = await startBoth();
    for (let part = 0; part < 30; part++) {
      writeFileSync(file, `part ${String(part)}`);
      await sleep(20);
    }
    writeFileSync(file, 'whole');
    await expect.poll(inForce).toBe('whole');
    expect(await signals()).toBeLessThan(10);
  });

  it('of 100 MB is noticed without being read whole', async () => {
    const { file, inForce, reloader } = await startBoth();
    truncateSync(file, 100 * 1024 * 1024);
    await expect.poll(() => reloader.lines(/applied/)).toHaveLength(2);
    writeFileSync(file, 'two');
    await expect.poll(inForce).toBe('two');
  });
});

describe('what the service says', () => {
  it('is logged and counted: refused with the reason, then applied', async () => {
    const { file, inForce, reloader } = await startBoth();
    writeFileSync(file, 'bad value');
    await expect
      .poll(() => reloader.lines(/refused/))
      .toMatchObject([{ level: 'error', target: 'demo', config: 'one', reason: `${file}:1: bad value` }]);
    expect(await reloader.get('/metrics')).toContain('config_reloader_last_outcome_success{service="demo"} 0\n');
    writeFileSync(file, 'two');
    await expect.poll(inForce).toBe('two');
    await expect.poll(() => reloader.lines(/applied/)).toHaveLength(2);
    const metrics = await reloader.get('/metrics');
    expect(metrics).toContain('config_reloader_reloads_total{service="demo",outcome="applied"} 2\n');
    expect(metrics).toContain('config_reloader_reloads_total{service="demo",outcome="refused"} 1\n');
    expect(metrics).toContain('config_reloader_last_outcome_success{service="demo"} 1\n');
  });

  it('names the fields that need a restart', async () => {
    const { file, reloader } = await startBoth();
    writeFileSync(file, 'port 2');
    await expect.poll(() => reloader.lines(/applied/).at(-1)).toMatchObject({ restart_required: ['PORT'] });
  });

  it('may be nothing: unknown, and the next change applies', async () => {
    const { file, inForce, reloader } = await startBoth();
    writeFileSync(file, 'silent');
    await expect.poll(() => reloader.lines(/does not say/)).toMatchObject([{ level: 'error', target: 'demo' }]);
    writeFileSync(file, 'two');
    await expect.poll(inForce).toBe('two');
    expect(await reloader.get('/metrics')).toContain('{service="demo",outcome="unknown"} 1\n');
  });
});

it('follows a folder that vanishes and returns', async () => {
  const { config, file, inForce, reloader } = await startBoth();
  for (const text of ['two', 'three']) {
    rmSync(config, { recursive: true });
    await expect.poll(inForce).toBe('missing');
    mkdirSync(config);
    writeFileSync(file, text);
    await expect.poll(inForce).toBe(text);
  }
  await expect.poll(() => reloader.lines(/applied/).at(-1)).toMatchObject({ config: 'three' });
});
