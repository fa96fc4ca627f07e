import { ChildFailed, describeFailure, KeelError } from '../failure.ts';
import { runAcceptance } from '../suites/run-acceptance.ts';
import { runVitest } from '../suites/run-vitest.ts';
import { formatTally, isEmpty, sum, type Tally } from '../suites/tally.ts';
import type { Terminal } from '../terminal.ts';
import { listenForStop } from '../up/stop-signals.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

/**
 * All that can run on this machine: unit and integration tests, then the acceptance suite against a stack of its own.
 * With patterns: only the test files whose path contains one of them.
 */
export async function test(workspace: Workspace, terminal: Terminal, patterns: readonly string[]): Promise<void> {
  await makeStateFolders(workspace);
  const stop = listenForStop(process, () => process.exit(1));
  const ofVitest = await runVitest(workspace, patterns, stop.first);
  if (patterns.length > 0 && !stop.first.aborted && isEmpty(ofVitest)) throw noSuchTest(patterns);
  const tallies = [ofVitest];
  if (patterns.length === 0 && !stop.first.aborted) {
    tallies.push(await runAcceptance(workspace, terminal, stop.first).catch((error) => broken(terminal, error)));
  }
  conclude(terminal, tallies);
}

/** The tests that take minutes. */
export async function soak(workspace: Workspace, terminal: Terminal): Promise<void> {
  await makeStateFolders(workspace);
  const stop = listenForStop(process, () => process.exit(1));
  conclude(terminal, [await runVitest(workspace, ['--project=soak'], stop.first)]);
}

/** A mistyped pattern must not look like success. */
function noSuchTest(patterns: readonly string[]): KeelError {
  return new KeelError(`No test file has ${patterns.map((pattern) => `"${pattern}"`).join(' or ')} in its path`, {
    fix: 'Patterns are parts of paths, as in ./keel test libs/config; soaks are run by ./keel soak.',
  });
}

function broken(terminal: Terminal, error: unknown): Tally {
  terminal.complain(describeFailure(error));
  return { passed: 0, failed: 1, skipped: [] };
}

function conclude(terminal: Terminal, tallies: readonly Tally[]): void {
  const total = sum(tallies);
  terminal.print(`\n${formatTally(total)}`);
  if (total.failed > 0) throw new ChildFailed(1);
}
