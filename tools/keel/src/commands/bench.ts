import { join } from 'node:path';
import { handOver } from '../process/run-node.ts';
import type { Workspace } from '../workspace.ts';

/** The template's own: a clone may have deleted it. */
export const BENCH = join('template', 'bench', 'src', 'main.ts');

/** Hands over to the benches, which tidy up on a signal. */
export async function bench({ root, env }: Workspace, args: readonly string[], cwd: string): Promise<void> {
  await handOver([join(root, BENCH), ...args], cwd, env);
}
