import { availableParallelism } from 'node:os';
import { checkSteps, runSteps } from '../check/steps.ts';
import { KeelError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Format, lint, types, boundaries, generated files and parity. */
export async function check({ root, env }: Workspace, terminal: Terminal): Promise<void> {
  const { colors } = terminal;
  const steps = checkSteps(root, env);
  const failed = await runSteps(steps, Math.min(availableParallelism(), 3), ({ name }, wrong, ms) => {
    const took = colors.dim(`(${(ms / 1000).toFixed(1)} s)`);
    terminal.print(
      wrong === '' ? `${colors.green('✓')} ${name} ${took}` : `${colors.red('✗')} ${name} ${took}\n${wrong}`,
    );
  });
  if (failed.length === 0) return;
  const fix = failed.includes('format') ? { fix: 'npx prettier --write .' } : {};
  throw new KeelError(`Checks failed: ${failed.join(', ')}`, fix);
}
