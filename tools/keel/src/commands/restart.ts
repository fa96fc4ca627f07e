import { relative, resolve } from 'node:path';
import {
  affectedBy,
  loadPackageGraph,
  planAsText,
  planRestart,
  runPlan,
  type Plan,
  type PlanOutcome,
} from '@evenkeel/stack';
import { askRestart } from '../control/control-client.ts';
import { KeelError } from '../failure.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { findPart } from '../serve/served-part.ts';
import { readRunState } from '../state/run-state.ts';
import { holderOf } from '../state/lock.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

const RESTART_MS = 60_000;

/** Prints a restart plan, or has the running stack carry it out. */
export async function restart(
  workspace: Workspace,
  terminal: Terminal,
  names: readonly string[],
  options: { affectedBy?: string; dryRun: boolean },
): Promise<void> {
  const { root, stateDir } = workspace;
  const stack = await readStackFile(root);
  const chosen = [...names];
  let reason = 'asked for';
  if (options.affectedBy !== undefined) {
    const path = relative(root, resolve(workspace.cwd, options.affectedBy));
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
      : await askRestart(state.socket, { services: chosen, reason }, onReady);
  if (!outcome.ok) throw new KeelError(describeOutcome(outcome));
}

/**
 * Carries out a plan on services that are served one by one, each of which restarts in place.
 *
 * @throws KeelError when one of them is not served
 */
async function restartServed(
  stateDir: string,
  plan: Plan,
  reason: string,
  onReady: (service: string, ms: number) => void,
): Promise<PlanOutcome> {
  const names = plan.waves.flatMap(({ steps }) => steps.flatMap(({ services }) => services));
  const found = await Promise.all(names.map(async (name) => [name, await findPart(stateDir, name)] as const));
  const missing = found.filter(([, part]) => part === undefined).map(([name]) => name);
  if (missing.length === names.length) throw new KeelError('No stack is running in this clone', { fix: './keel up' });
  if (missing.length > 0) throw new KeelError(`Not running: ${missing.join(', ')}`, { fix: 'restart them in Tilt' });
  const sockets = new Map(found.map(([name, part]) => [name, part?.socket ?? '']));
  return runPlan(plan, {
    timeoutMs: RESTART_MS,
    restart: async (name) => {
      const result = await askRestart(sockets.get(name) ?? '', { services: [name], reason }, () => {});
      for (const { message } of result.failed) throw new Error(message);
    },
    // The restart has settled only when the new code is ready.
    ready: () => Promise.resolve(),
    onReady,
  });
}

function describeOutcome({ done, failed, untouched }: PlanOutcome): string {
  const lines = failed.map(({ service, message }) => `${service} did not become ready: ${message}`);
  return [
    'The restart stopped:',
    ...lines.map((line) => `  ${line}`),
    `  restarted: ${done.join(', ') || 'none'}`,
    `  not touched: ${untouched.join(', ') || 'none'}`,
  ].join('\n');
}
