import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchConfigurations } from '@evenkeel/keel/launch';
import { loadStack, withPortOffset } from '@evenkeel/stack';
import { expect, it } from 'vitest';
import { run } from '../src/engine/run.ts';
import { hit } from './breakpoint.ts';
import { edit, live } from '../src/loop/edits.ts';
import { needsEngine } from './engine.ts';
import { attach } from './inspector.ts';
import { copiedStack, freeOffset, root } from '../src/compose/copied-stack.ts';

needsEngine();
const result = await loadStack(root);
if (!result.ok) throw new Error('services.yaml is not valid');
const { stack } = result;

/** What the editor is given for the gateway. */
function configuration(name: string, offset = 0): { port: number; remoteRoot?: string; restart: unknown } {
  const { configurations } = launchConfigurations(withPortOffset(stack, offset));
  const found = (configurations as { name: string; port: number; restart: unknown }[]).find(
    (each) => each.name === name,
  );
  if (found === undefined) throw new Error(`there is no launch configuration "${name}"`);
  return found;
}

it('stops at a TypeScript line of a service in a container, and again after a hot restart', async () => {
  const { remoteRoot, restart } = configuration('api-gateway (container)');
  expect(remoteRoot).toBeDefined();
  expect(restart).toBeTruthy();
  await using compose = await copiedStack('debugger');
  await compose.project.compose(['up', '--build', '--wait']);
  // The port is another one only so that this test disturbs nobody.
  const port = compose.debugPorts['api-gateway'] ?? 0;
  for (const word of ['before', 'after']) {
    edit(compose.folder, word);
    await live(compose.baseUrl, word);
    using inspector = await attach(port);
    const { stoppedAt, wanted, path, status } = await hit(inspector, compose.folder, remoteRoot, compose.baseUrl);
    expect({ stoppedAt, path, status }).toEqual({
      stoppedAt: wanted,
      path: expect.stringMatching(/^\/nowhere\//),
      status: 404,
    });
  }
});

it('stops at a TypeScript line of a service in local mode, and again after a restart', async () => {
  const offset = await freeOffset(stack);
  const { port, remoteRoot } = configuration('api-gateway (local)', offset);
  const baseUrl = `http://127.0.0.1:${(stack.services.find(({ name }) => name === 'api-gateway')?.port ?? 0) + offset}`;
  const state = mkdtempSync(join(tmpdir(), 'evenkeel-debugger-'));
  const env = { ...process.env, KEEL_STATE_DIR: state, PORT_OFFSET: String(offset) };
  const up = spawn('./keel', ['up'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await answers(up, `${baseUrl}/nowhere`);
    for (const restarted of [false, true]) {
      if (restarted) await run('./keel', ['restart', 'api-gateway'], { cwd: root, env });
      using inspector = await attach(port);
      const { stoppedAt, wanted, path, status } = await hit(inspector, root, remoteRoot, baseUrl);
      expect({ stoppedAt, path, status }).toEqual({
        stoppedAt: wanted,
        path: expect.stringMatching(/^\/nowhere\//),
        status: 404,
      });
    }
  } finally {
    up.kill('SIGTERM');
    if (up.exitCode === null) await once(up, 'exit');
    rmSync(state, { recursive: true, force: true });
  }
});

async function answers(up: ChildProcess, url: string): Promise<void> {
  let output = '';
  for (const stream of [up.stdout, up.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  for (let attempt = 0; attempt < 600; attempt++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    if (up.exitCode !== null) break;
    await sleep(200);
  }
  throw new Error(`the local stack does not answer:\n${output.slice(-2_000)}`);
}
