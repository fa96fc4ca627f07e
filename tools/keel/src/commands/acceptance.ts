import { ChildFailed } from '../failure.ts';
import { servedParts } from '../serve/served-part.ts';
import { readRunState } from '../state/run-state.ts';
import { administratorOf, runAcceptanceProgram } from '../suites/acceptance-program.ts';
import { listenForStop } from '../up/stop-signals.ts';
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
  const ours = [...Object.values(state?.services ?? {}), ...(await servedParts(stateDir))];
  const isOurs = ours.some(({ url }) => args.some((arg) => url !== undefined && arg.includes(url)));
  const known = isOurs ? administratorOf(secretsDir) : {};
  const stop = listenForStop(process, () => process.exit(1));
  const code = await runAcceptanceProgram(root, args, { cwd, env: { ...known, ...env }, signal: stop.first });
  if (code !== 0) throw new ChildFailed(code);
}
