import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '@evenkeel/local-stores';
import { askDown } from '../control/control-client.ts';
import { KeelError } from '../failure.ts';
import { readRunState } from '../state/run-state.ts';
import { holderOf } from '../state/up-lock.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** An orderly end takes at most: the services' drain, and the stores. */
const PATIENCE_MS = 40_000;

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
  if (!asked) process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    if ((await holderOf(stateDir)) === undefined) {
      terminal.print('All has ended.');
      return;
    }
    await sleep(50);
  }
  // Its stores and services notice that it is gone, and end by themselves.
  await endProcess(pid, [{ signal: 'SIGKILL', waitMs: 2_000 }]);
  throw new KeelError(`The stack did not end within ${PATIENCE_MS / 1000} s and was killed`, {
    fix: './keel up starts it again; what was left behind is ended then',
  });
}
