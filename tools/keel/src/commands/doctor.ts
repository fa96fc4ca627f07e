import { clusterChecks } from '../doctor/cluster-checks.ts';
import { bad, type Check, type Finding } from '../doctor/finding.ts';
import { machineChecks } from '../doctor/machine-checks.ts';
import { stackChecks } from '../doctor/stack-checks.ts';
import { describeFailure, KeelError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** Examines this machine for all that the stack needs; each failure prints its fix. */
export async function doctor(workspace: Workspace, terminal: Terminal, options: { fix: boolean }): Promise<void> {
  const { colors } = terminal;
  const marks = { good: colors.green('✓'), poor: colors.yellow('!'), bad: colors.red('✗') };
  const checks = [...machineChecks(workspace), ...stackChecks(workspace), ...clusterChecks(workspace)];
  // All at once, printed in order.
  const examined = checks.map((check) => ({ check, finding: examine(check.examine) }));
  let failures = 0;
  for (const { check, finding: pending } of examined) {
    const first = await pending;
    const repair = options.fix && first.state !== 'good' ? first.repair : undefined;
    const finding = repair === undefined ? first : await examine(() => repair().then(check.examine));
    const repaired = repair !== undefined && finding.state === 'good';
    if (finding.state === 'bad') failures += 1;
    terminal.print(`${marks[finding.state]} ${check.name}: ${finding.detail}${repaired ? ' (repaired)' : ''}`);
    if (finding.fix !== undefined) terminal.print(`    fix: ${finding.fix}`);
  }
  if (failures > 0) throw new KeelError(`${failures} of ${checks.length} checks failed`);
}

function examine(look: Check['examine']): Promise<Finding> {
  return look().catch((error: unknown) => bad(describeFailure(error), 'see above'));
}
