import { runVitest } from '../suites/run-vitest.ts';
import { conclude } from '../suites/tally.ts';
import { listenForStop } from '../process/stop-signals.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** The tests that take minutes. */
export async function soak(workspace: Workspace, terminal: Terminal): Promise<void> {
  conclude(terminal, await runVitest(workspace, ['--project=soak'], listenForStop().first));
}
