import { join } from 'node:path';
import { ADMIN_EMAIL } from '@evenkeel/stack';
import { handOver } from '../process/run-node.ts';
import { servedParts } from '../serve/served-part.ts';
import { readRunState } from '../state/run-state.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

/** The acceptance suite, a program of its own. */
export const ACCEPTANCE = join('acceptance', 'src', 'main.ts');

/**
 * Runs the acceptance suite against a running stack, of this clone or any other. For the stack of this clone the
 * administrator's password is known.
 *
 * @throws ChildFailed with the suite's exit code
 */
export async function acceptance(workspace: Workspace, _: Terminal, args: readonly string[]): Promise<void> {
  const { root, stateDir, secretsDir, env, cwd } = workspace;
  const state = await readRunState(stateDir);
  const ours = [...Object.values(state?.services ?? {}), ...(await servedParts(stateDir))];
  const isOurs = ours.some(({ url }) => args.some((arg) => url !== undefined && arg.includes(url)));
  const known = {
    ACCEPTANCE_ADMIN_EMAIL: ADMIN_EMAIL,
    ACCEPTANCE_ADMIN_PASSWORD_FILE: join(secretsDir, 'admin_password'),
  };
  await handOver([join(root, ACCEPTANCE), ...args], cwd, { ...(isOurs ? known : {}), ...env });
}
