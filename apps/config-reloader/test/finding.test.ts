import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProcess, signal, Unreachable } from '../src/service-process.ts';
import { createScene, followedService, startNode, startReloader } from './scene.ts';

const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

/** Starts the program that follows in its arguments, and passes SIGHUP on, as the hot-restart runner does. */
const runner = `
  const child = require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' });
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  process.on('SIGTERM', () => child.kill('SIGKILL') && process.exit());
`;

function reasonOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return error instanceof Unreachable ? `${error.reason}: ${error.message}` : String(error);
  }
}

describe.skipIf(!isLinux)('by its command line', () => {
  it('finds one process, and its runner where several match', async () => {
    const { file, port, config, healthz, inForce } = await createScene();
    const pattern = new RegExp(`${RegExp.escape(followedService)} ${RegExp.escape(file)} ${port}$`);
    expect(reasonOf(() => findProcess({ pattern }))).toBe(`no_process: no process matches ${String(pattern)}`);
    const started = startNode(['--eval', runner, followedService, file, port]);
    await expect.poll(inForce).toBe('one');
    expect(findProcess({ pattern })).toBe(started.child.pid);

    const args = ['--service', 'demo', '--watch', config, '--healthz', healthz, '--process', pattern.source];
    const reloader = await startReloader(args);
    await expect.poll(() => reloader.lines(/applied/)).toHaveLength(1);
    writeFileSync(file, 'two');
    await expect.poll(inForce).toBe('two');
    started.child.kill('SIGTERM');
    await started.exited;
  });

  it('names several that have nothing to do with each other', async () => {
    const [one, two] = [await createScene(), await createScene()];
    const pids = [one.startService(), two.startService()].map(({ child }) => child.pid ?? 0);
    const pattern = new RegExp(`followed-service\\.ts .* (${one.port}|${two.port})$`);
    await expect.poll(() => reasonOf(() => findProcess({ pattern }))).toMatch(/^several_processes: /);
    for (const pid of pids) expect(reasonOf(() => findProcess({ pattern }))).toContain(String(pid));
  });
});

describe('by a pid file', () => {
  it('refuses what is no number of a process', async () => {
    const { folder } = await createScene();
    const pidFile = join(folder, 'pid');
    for (const text of ['', '0', '-1', '12 13', 'x']) {
      writeFileSync(pidFile, text);
      expect(reasonOf(() => findProcess({ pidFile }))).toMatch(/^no_process: .*holds no process number/);
    }
    writeFileSync(pidFile, '123\n');
    expect(findProcess({ pidFile })).toBe(123);
  });

  it('says that a process has ended', async () => {
    const ended = startNode(['--eval', '']);
    await ended.exited;
    expect(reasonOf(() => signal(ended.child.pid ?? 0))).toMatch(/^no_process: there is no process \d+$/);
  });

  it.skipIf(!isRoot)("says that a process is another user's", async () => {
    const { startService, startReloader, inForce, signals, folder } = await createScene();
    startService();
    await expect.poll(inForce).toBe('one');
    chmodSync(folder, 0o755);
    const reloader = await startReloader(undefined, join(import.meta.dirname, 'another-user.ts'));
    await expect.poll(() => reloader.lines(/cannot signal/).length).toBeGreaterThan(0);
    expect(reloader.lines(/cannot signal/).at(-1)?.reason).toMatch(/belongs to another user.*\(EPERM\)/);
    expect(await signals()).toBe(0);
  });
});
