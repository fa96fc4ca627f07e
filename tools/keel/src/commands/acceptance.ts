import { join } from 'node:path';
import { ADMIN_EMAIL } from '../environment/service-environment.ts';
import { ChildFailed } from '../failure.ts';
import { readRunState } from '../state/run-state.ts';
import { runThrough } from '../process/run-through.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Runs the acceptance suite against a stack that is up, whoever runs it. For the stack of this clone the
 * administrator's password is known.
 *
 * @throws ChildFailed with the suite's exit code
 */
export async function acceptance(workspace: Workspace, args: readonly string[], cwd: string): Promise<void> {
  const { root, stateDir, secretsDir, env } = workspace;
  const state = await readRunState(stateDir);
  const isOurs = Object.values(state?.services ?? {}).some(({ url }) => args.some((arg) => arg.includes(url)));
  const admin = isOurs
    ? {
        ACCEPTANCE_ADMIN_EMAIL: ADMIN_EMAIL,
        ACCEPTANCE_ADMIN_PASSWORD_FILE: join(secretsDir, 'admin_password'),
      }
    : {};
  const program = join(root, 'tools', 'acceptance', 'src', 'main.ts');
  const code = await runThrough(process.execPath, [program, ...args], cwd, { ...admin, ...env });
  if (code !== 0) throw new ChildFailed(code);
}
