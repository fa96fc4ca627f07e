import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNodeThrough } from '../process/run-node.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';
import { BROKEN, type Tally } from './tally.ts';

/** A test of a provider with the contract of one of its consumers. */
export interface VerifiedContract {
  consumer: string;
  provider: string;
  state: 'passed' | 'failed' | 'skipped' | 'pending';
}

export interface TestRun extends Tally {
  contracts: readonly VerifiedContract[];
}

/** Runs Vitest, whose own report goes straight to our output. */
export async function runVitest(workspace: Workspace, args: readonly string[], signal: AbortSignal): Promise<TestRun> {
  const { root, stateDir, env } = workspace;
  await makeStateFolders(workspace);
  const resultFile = join(stateDir, `vitest-${process.pid}.json`);
  const program = fileURLToPath(new URL('vitest-program.ts', import.meta.url));
  // Vitest strips types by an experimental function of Node when it measures coverage.
  const node = ['--disable-warning=ExperimentalWarning', program, resultFile];
  await runNodeThrough([...node, ...args], { cwd: root, env, signal });
  try {
    return JSON.parse(await readFile(resultFile, 'utf8')) as TestRun;
  } catch {
    return { ...BROKEN, contracts: [] };
  } finally {
    await rm(resultFile, { force: true });
  }
}
