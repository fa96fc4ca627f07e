import { ChildFailed } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

/** How many tests came out how, and what was left out. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: readonly SkippedTest[];
}

export interface SkippedTest {
  name: string;
  reason: string;
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/** A suite that exited before it could count, which is a failure. */
export const BROKEN: Tally = { passed: 0, failed: 1, skipped: [] };

/** Whether nothing was run, nor left out. */
export function isEmpty({ passed, failed, skipped }: Tally): boolean {
  return passed + failed + skipped.length === 0;
}

/** What was skipped and why, one line for each reason, and the closing line that programs look for. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  const byReason = Map.groupBy(skipped, ({ reason }) => reason);
  const lines = [...byReason].flatMap(([reason, tests]) => [
    `Skipped: ${reason}`,
    ...tests.map(({ name }) => `  ${name}`),
  ]);
  return [...lines, `${passed} passed, ${failed} failed, ${skipped.length} skipped`].join('\n');
}

/** Prints how it came out. @throws ChildFailed when a test failed */
export function conclude(terminal: Terminal, tally: Tally): void {
  terminal.print(`\n${formatTally(tally)}`);
  if (tally.failed > 0) throw new ChildFailed(1);
}
