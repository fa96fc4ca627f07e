import { join } from 'node:path';
import { ChildFailed } from '../failure.ts';
import { runThrough } from '../process/run-through.ts';
import type { Workspace } from '../workspace.ts';

/** Hands over to the benches. @throws ChildFailed with their exit code */
export async function bench({ root, env }: Workspace, args: readonly string[], cwd: string): Promise<void> {
  const program = join(root, 'tools', 'bench', 'src', 'main.ts');
  const code = await runThrough(process.execPath, [program, ...args], cwd, env);
  if (code !== 0) throw new ChildFailed(code);
}
