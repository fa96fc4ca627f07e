import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installedClone } from '@evenkeel/clone';
import { takePortBlock } from '@evenkeel/testing';
import { declaredStack } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { stopsAtItsLine } from '../src/debugger/breakpoint.ts';
import { edit, live } from '../src/loop/edits.ts';
import { launchConfiguration } from '../src/debugger/launch-configuration.ts';
import { root } from '../src/compose/copied-stack.ts';

it('stops at a TypeScript line of a service in local mode, and again after a hot restart', async () => {
  const stack = await declaredStack(root);
  const ports = stack.services.flatMap(({ port, adminPort, debugPort }) => [port, adminPort, debugPort]);
  await using block = await takePortBlock(ports);
  const { offset } = block;
  const { port, remoteRoot, restart } = launchConfiguration(stack, 'api-gateway (local)', offset);
  expect(remoteRoot).toBeUndefined();
  expect(restart).toBeTruthy();
  const gateway = stack.services.find(({ name }) => name === 'api-gateway');
  const baseUrl = `http://127.0.0.1:${(gateway?.port ?? 0) + offset}`;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-debugger-')));
  // As root, PostgreSQL runs as another user, who must be able to enter the folder.
  chmodSync(folder, 0o755);
  try {
    await installedClone(root, folder);
    await using _up = await startKeel(folder, offset);
    const target = { port, folder, remoteRoot, baseUrl };
    await stopsAtItsLine(target);
    edit(folder, 'edited');
    await live(baseUrl, 'edited');
    await stopsAtItsLine(target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);

/** `keel up` of a clone, once all is ready. */
async function startKeel(folder: string, offset: number): Promise<AsyncDisposable> {
  const env = { ...process.env, KEEL_STATE_DIR: join(folder, '.keel'), PORT_OFFSET: String(offset), NO_COLOR: '1' };
  const program = join(folder, 'tools', 'keel', 'src', 'main.ts');
  const up = spawn(process.execPath, [program, 'up'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(up, 'exit');
  let output = '';
  const ready = new Promise<string>((resolve) => {
    for (const stream of [up.stdout, up.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('All ready in')) resolve('ready');
      });
  });
  const end = async () => {
    up.kill('SIGTERM');
    await exit;
  };
  const outcome = await Promise.race([ready, exit, sleep(120_000)]);
  if (outcome === 'ready') return { [Symbol.asyncDispose]: end };
  await end();
  throw new Error(`keel up did not get ready:\n${output}`);
}
