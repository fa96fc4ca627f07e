import { checkParity, formatProblem } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Compose, the Dev Container and launch configurations against services.yaml. */
export async function parity({ root }: Workspace, terminal: Terminal): Promise<void> {
  const problems = await checkParity(root);
  if (problems.length > 0) throw new KeelError(problems.map(formatProblem).join('\n'));
  terminal.print('All files agree with services.yaml.');
}
