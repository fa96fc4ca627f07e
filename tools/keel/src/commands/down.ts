import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '@evenkeel/local-stores';
import { KeelError } from '../failure.ts';
import { servedParts } from '../serve/served-part.ts';
import { readRunState } from '../state/run-state.ts';
import { holderOf } from '../state/lock.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** What an orderly stop takes at most besides the services: closing the stores. */
const STORES_MS = 16_000;

/** Stops the stack of this clone, and waits until it has stopped. */
export async function down({ stateDir }: Workspace, terminal: Terminal): Promise<void> {
  const pid = await holderOf(stateDir);
  if (pid === undefined) {
    const parts = await servedParts(stateDir);
    if (parts.length === 0) return void terminal.print('No stack is running in this clone.');
    throw new KeelError('The stack of this clone runs in separate processes (./keel serve)', {
      why: `${parts.map(({ name }) => name).join(', ')}: each by a process of its own`,
      fix: 'stop it where it was started, for instance with Ctrl-C in the terminal of tilt up',
    });
  }
  terminal.print(`Stopping the stack (process ${pid}) …`);
  try {
    // One that Ctrl-Z has suspended receives nothing before it continues.
    for (const signal of ['SIGCONT', 'SIGTERM'] as const) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has exited meanwhile
  }
  // They may have to stop one after the other.
  const services = Object.values((await readRunState(stateDir))?.services ?? {});
  const patienceMs = services.reduce((total, service) => total + service.patienceMs, STORES_MS);
  for (let waited = 0; waited < patienceMs; waited += 50) {
    if ((await holderOf(stateDir)) === undefined) {
      terminal.print('Stopped.');
      return;
    }
    await sleep(50);
  }
  // Its stores and services notice that it is gone, and stop by themselves.
  await endProcess(pid, [{ signal: 'SIGKILL', waitMs: 2_000 }]);
  throw new KeelError(`The stack did not stop within ${patienceMs / 1000} s and was killed`, {
    fix: './keel up starts it again and stops what was left behind',
  });
}
