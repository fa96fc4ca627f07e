import { join } from 'node:path';
import { ChildFailed } from '../failure.ts';
import { runThrough } from '../process/run-through.ts';
import { listenForStop } from '../up/stop-signals.ts';
import type { Workspace } from '../workspace.ts';

/** Hands over to the benches, which tidy up when they are told to end. @throws ChildFailed with their exit code */
export async function bench({ root, env }: Workspace, args: readonly string[], cwd: string): Promise<void> {
  const program = join(root, 'tools', 'bench', 'src', 'main.ts');
  const stop = listenForStop(process, () => process.exit(1));
  const code = await runThrough(process.execPath, [program, ...args], cwd, env, stop.first);
  if (code !== 0) throw new ChildFailed(code);
}
