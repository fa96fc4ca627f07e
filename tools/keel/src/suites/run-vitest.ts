import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNodeThrough } from '../process/run-node.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';
import { BROKEN, type Tally } from './tally.ts';

/** Runs Vitest, whose own report goes straight to our output. */
export async function runVitest(workspace: Workspace, args: readonly string[], signal: AbortSignal): Promise<Tally> {
  const { root, stateDir, env } = workspace;
  await makeStateFolders(workspace);
  const resultFile = join(stateDir, `vitest-${process.pid}.json`);
  const program = fileURLToPath(new URL('vitest-program.ts', import.meta.url));
  // Vitest strips types by an experimental function of Node when it measures coverage.
  const node = ['--disable-warning=ExperimentalWarning', program, resultFile];
  await runNodeThrough([...node, ...args], { cwd: root, env, signal });
  try {
    return JSON.parse(await readFile(resultFile, 'utf8')) as Tally;
  } catch {
    return BROKEN;
  } finally {
    await rm(resultFile, { force: true });
  }
}
