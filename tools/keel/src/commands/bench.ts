import { join } from 'node:path';
import { handOver } from '../process/run-node.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** The template's own: a clone may have deleted it. */
export const BENCH = join('template', 'bench', 'src', 'main.ts');

/** Hands over to the benches, which tidy up on a signal. */
export async function bench({ root, env, cwd }: Workspace, _: Terminal, args: readonly string[]): Promise<void> {
  await handOver([join(root, BENCH), ...args], cwd, env);
}
