import { noSuchTest } from '../suites/no-such-test.ts';
import { runVitest } from '../suites/run-vitest.ts';
import { conclude, isEmpty } from '../suites/tally.ts';
import { listenForStop } from '../process/stop-signals.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** The tests that take minutes. With patterns: only the files whose path contains one of them. */
export async function soak(workspace: Workspace, terminal: Terminal, patterns: readonly string[]): Promise<void> {
  const tally = await runVitest(workspace, ['--project=soak', ...patterns], listenForStop().first);
  if (patterns.length > 0 && isEmpty(tally)) throw noSuchTest(patterns);
  conclude(terminal, tally);
}
