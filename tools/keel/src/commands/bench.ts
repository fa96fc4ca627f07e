import { join } from 'node:path';
import { runThrough } from '../process/run-through.ts';
import type { Workspace } from '../workspace.ts';

/** Hands over to the benches. @returns their exit code */
export function bench({ root, env }: Workspace, args: readonly string[], cwd: string): Promise<number> {
  return runThrough(process.execPath, [join(root, 'tools', 'bench', 'src', 'main.ts'), ...args], cwd, env);
}
