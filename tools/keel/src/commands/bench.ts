import { join } from 'node:path';
import { ChildFailed } from '../failure.ts';
import { runThrough } from '../process/run-through.ts';
import { listenForStop } from '../up/stop-signals.ts';
import type { Workspace } from '../workspace.ts';

/** The template's own: a clone may have deleted it. */
export const BENCH = join('template', 'bench', 'src', 'main.ts');

/** Hands over to the benches, which tidy up when they are told to end. @throws ChildFailed with their exit code */
export async function bench({ root, env }: Workspace, args: readonly string[], cwd: string): Promise<void> {
  const program = join(root, BENCH);
  const stop = listenForStop(process, () => process.exit(1));
  const code = await runThrough(process.execPath, [program, ...args], cwd, env, stop.first);
  if (code !== 0) throw new ChildFailed(code);
}
