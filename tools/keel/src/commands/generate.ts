import { formatProblem, generate as writeGenerated } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Writes what repeats services.yaml, and the TypeScript project references. */
export async function generate({ root }: Workspace, terminal: Terminal): Promise<void> {
  const { changed, problems } = await writeGenerated(root);
  for (const file of changed) terminal.print(`Wrote ${file}.`);
  if (problems.length > 0) throw new KeelError(problems.map(formatProblem).join('\n'));
  if (changed.length === 0) terminal.print('All generated files are up to date.');
}
