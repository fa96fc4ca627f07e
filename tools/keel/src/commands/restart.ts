import { relative, resolve } from 'node:path';
import { affectedBy, loadPackageGraph, planAsText, planRestart } from '@evenkeel/stack';
import { askRestart } from '../control/control-client.ts';
import type { RestartOutcome } from '../control/control-server.ts';
import { KeelError } from '../failure.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { restartServed } from '../serve/restart-served.ts';
import { readRunState } from '../state/run-state.ts';
import { holderOf } from '../state/lock.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

export interface RestartOptions {
  affectedBy?: string;
  dryRun: boolean;
  /** Where the command was typed: paths are relative to it. */
  cwd: string;
}

/** Prints a restart plan, or has the running stack carry it out. */
export async function restart(
  workspace: Workspace,
  terminal: Terminal,
  names: readonly string[],
  options: RestartOptions,
): Promise<void> {
  const { root, stateDir } = workspace;
  const stack = await readStackFile(root);
  const chosen = [...names];
  let reason = 'asked for';
  if (options.affectedBy !== undefined) {
    const path = relative(root, resolve(options.cwd, options.affectedBy));
    const affected = affectedBy(path, stack, await loadPackageGraph(root));
    terminal.print(`${affected.reason}.`);
    chosen.push(...affected.services);
    reason = affected.reason;
  } else if (names.length === 0) {
    throw new KeelError('Name the services to restart, or a path with --affected-by', {
      fix: `./keel restart ${stack.services[0]?.name ?? '<service>'}`,
      exitCode: 2,
    });
  }
  const plan = planRestart(stack, chosen);
  terminal.print(planAsText(plan).trimEnd());
  if (options.dryRun || plan.waves.length === 0) return;

  const onReady = (service: string, ms: number) => terminal.print(`${service} is ready (${Math.round(ms)} ms)`);
  const state = (await holderOf(stateDir)) === undefined ? undefined : await readRunState(stateDir);
  const outcome =
    state === undefined
      ? await restartServed(stateDir, plan, reason, onReady)
      : await askRestart(state.socket, { services: chosen, reason }, ({ event, service = '', ms = 0 }) => {
          if (event === 'ready') onReady(service, ms);
        });
  if (!outcome.ok) throw new KeelError(describeOutcome(outcome));
}

function describeOutcome({ done, failed, untouched }: RestartOutcome): string {
  const lines = failed.map(({ service, message }) => `${service} did not become ready: ${message}`);
  return [
    'The restart stopped:',
    ...lines.map((line) => `  ${line}`),
    `  restarted: ${done.join(', ') || 'none'}`,
    `  not touched: ${untouched.join(', ') || 'none'}`,
  ].join('\n');
}
