import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '@evenkeel/local-stores';
import { askDown } from '../control/control-client.ts';
import { KeelError } from '../failure.ts';
import { readRunState } from '../state/run-state.ts';
import { holderOf } from '../state/lock.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** What an orderly end takes at most besides the services: closing the stores. */
const STORES_MS = 16_000;

/** Ends the stack of this clone, and waits until it has ended. */
export async function down({ stateDir }: Workspace, terminal: Terminal): Promise<void> {
  const pid = await holderOf(stateDir);
  if (pid === undefined) {
    terminal.print('No stack of this clone runs.');
    return;
  }
  terminal.print(`Ending the stack (process ${pid}) …`);
  const state = await readRunState(stateDir);
  const asked =
    state !== undefined &&
    (await askDown(state.socket).then(
      () => true,
      () => false,
    ));
  if (!asked) tellToEnd(pid);
  // They may have to end one after the other.
  const services = Object.values(state?.services ?? {});
  const patienceMs = services.reduce((total, service) => total + service.patienceMs, STORES_MS);
  for (let waited = 0; waited < patienceMs; waited += 50) {
    if ((await holderOf(stateDir)) === undefined) {
      terminal.print('All has ended.');
      return;
    }
    await sleep(50);
  }
  // Its stores and services notice that it is gone, and end by themselves.
  await endProcess(pid, [{ signal: 'SIGKILL', waitMs: 2_000 }]);
  throw new KeelError(`The stack did not end within ${patienceMs / 1000} s and was killed`, {
    fix: './keel up starts it again; what was left behind is ended then',
  });
}

function tellToEnd(pid: number): void {
  try {
    // One that Ctrl-Z has stopped hears nothing before it goes on.
    for (const signal of ['SIGCONT', 'SIGTERM'] as const) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended meanwhile
  }
}
