import { loadPackageGraph, suggestion, type Stack } from '@evenkeel/stack';
import { clusterPlace } from '../cluster/cluster-place.ts';
import { KeelError } from '../failure.ts';
import { checkPorts, wantedPorts } from '../ports/taken-ports.ts';
import { composeVariable } from '../stack/published-services.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { settleStorePorts } from '../state/store-ports.ts';
import type { Terminal } from '../terminal.ts';
import { RUNTIMES, type Runtime } from '../tilt/runtimes.ts';
import { saveRuntime } from '../tilt/saved-runtime.ts';
import { tiltPlan } from '../tilt/tilt-plan.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

/** Prints, as JSON, what the Tiltfile is to run, and saves the choice of a runtime. */
export async function tilt(
  workspace: Workspace,
  terminal: Terminal,
  names: readonly string[],
  { runtime }: { runtime?: string },
): Promise<void> {
  const { root, stateDir, portOffset } = workspace;
  const stack = await readStackFile(root, portOffset);
  const chosen = runtimeOf(runtime ?? 'local');
  const around = { stateDir, variable: composeVariable(workspace) };
  const cluster = chosen === 'k8s' ? await readyCluster(workspace, stack) : undefined;
  const plan = tiltPlan(stack, chosen, names, cluster === undefined ? around : { ...around, cluster });
  if (runtime !== undefined) await saveRuntime(root, chosen);
  await makeStateFolders(workspace);
  if (chosen === 'local') await settleStorePorts(stateDir);
  terminal.print(JSON.stringify(plan));
}

/** @throws KeelError when a port that Tilt would forward is taken: Tilt itself says nothing. */
async function readyCluster(workspace: Workspace, stack: Stack) {
  const { root, portOffset } = workspace;
  const entrances = stack.services.map(({ port }) => port);
  const forwarded = wantedPorts({ services: stack.services }).filter(({ port }) => !entrances.includes(port));
  // When the Tiltfile is loaded again, Tilt itself holds them: it is the parent of this process.
  await checkPorts(stack, portOffset, forwarded, process.ppid);
  const { context } = await clusterPlace(workspace);
  return { context, portOffset, packages: await loadPackageGraph(root) };
}

function runtimeOf(text: string): Runtime {
  const found = RUNTIMES.find((name) => name === text);
  if (found !== undefined) return found;
  const hint = suggestion(text, RUNTIMES) || `; expected ${RUNTIMES.join(', ')}`;
  throw new KeelError(`There is no runtime "${text}"${hint}`, { fix: 'tilt up -- --runtime=local', exitCode: 2 });
}
