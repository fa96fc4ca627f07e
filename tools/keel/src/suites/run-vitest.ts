import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runThrough } from '../process/run-through.ts';
import type { Workspace } from '../workspace.ts';
import type { Tally } from './tally.ts';

/** Runs Vitest, whose own report goes straight to our output. */
export async function runVitest(workspace: Workspace, args: readonly string[], signal: AbortSignal): Promise<Tally> {
  const resultFile = join(workspace.stateDir, `vitest-${process.pid}.json`);
  const program = fileURLToPath(new URL('vitest-program.ts', import.meta.url));
  // Vitest strips types by an experimental function of Node when it measures coverage.
  const node = ['--disable-warning=ExperimentalWarning', program, resultFile];
  await runThrough(process.execPath, [...node, ...args], workspace.root, workspace.env, signal);
  try {
    return JSON.parse(await readFile(resultFile, 'utf8')) as Tally;
  } catch {
    // It ended before it could count: that is a failure by itself.
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    await rm(resultFile, { force: true });
  }
}
