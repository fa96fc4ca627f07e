import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '@evenkeel/local-stores';
import { expect, it, onTestFinished } from 'vitest';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';
import { down } from './down.ts';

it('stops a stack that Ctrl-Z has suspended', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'keel-down-'));
  const keel = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(async () => {
    keel.kill('SIGKILL');
    await rm(stateDir, { recursive: true });
  });
  await writeFile(join(stateDir, 'up.lock'), `${await identify(keel.pid as number)}`);
  keel.kill('SIGSTOP');
  const ended = once(keel, 'exit');
  const printed: string[] = [];
  const terminal = { print: (line: string) => printed.push(line) > 0 } as Terminal;
  await down({ stateDir } as Workspace, terminal);
  expect(printed.at(-1)).toBe('Stopped.');
  expect(await ended).toEqual([null, 'SIGTERM']);
});
