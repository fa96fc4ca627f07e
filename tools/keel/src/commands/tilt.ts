import { isBlockedPort, loadPackageGraph, suggestion, type Page, type Stack } from '@evenkeel/stack';
import { clusterPlace } from '../cluster/cluster-place.ts';
import { KeelError } from '../failure.ts';
import { checkPorts, wantedPorts } from '../ports/taken-ports.ts';
import { composeVariable } from '../stack/published-services.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { settleStorePorts } from '../state/store-ports.ts';
import type { Terminal } from '../terminal.ts';
import { RUNTIMES, type Runtime } from '../tilt/runtimes.ts';
import { saveChoice } from '../tilt/saved-runtime.ts';
import { tiltPlan } from '../tilt/tilt-plan.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

/** Prints, as JSON, what the Tiltfile is to run, and saves what was chosen. */
export async function tilt(
  workspace: Workspace,
  terminal: Terminal,
  names: readonly string[],
  { runtime, observability }: { runtime?: string; observability?: boolean },
): Promise<void> {
  const { root, stateDir, portOffset } = workspace;
  const stack = await readStackFile(root, portOffset);
  const chosen = runtimeOf(runtime ?? 'local');
  if (chosen === 'local' && observability) throw noContainers;
  const around = { stateDir, variable: composeVariable(workspace), observability: observability ?? false };
  const pages = observability ? stack.observability : [];
  refuseBlocked(pages);
  const cluster = chosen === 'k8s' ? await readyCluster(workspace, stack, pages) : undefined;
  const plan = tiltPlan(stack, chosen, names, cluster === undefined ? around : { ...around, cluster });
  await saveChoice(root, {
    ...(runtime !== undefined && { runtime: chosen }),
    ...(observability !== undefined && { observability }),
  });
  await makeStateFolders(workspace);
  if (chosen === 'local') await settleStorePorts(stateDir);
  terminal.print(JSON.stringify(plan));
}

const noContainers = new KeelError(
  'The observability stack runs in containers, of which the runtime local has none (Loki, Tempo and Grafana come as images)',
  {
    fix: 'tilt up -- --runtime=compose --observability, or tilt up -- --runtime=local --observability=false',
    exitCode: 2,
  },
);

/** @throws KeelError when PORT_OFFSET moves a page to where no browser opens it */
function refuseBlocked(pages: readonly Page[]): void {
  const blocked = pages.find(({ port }) => isBlockedPort(port));
  if (blocked === undefined) return;
  const message = `PORT_OFFSET moves ${blocked.name} to ${blocked.port}, which browsers refuse to open`;
  throw new KeelError(message, { fix: 'choose another PORT_OFFSET, for example one that is 100 higher' });
}

/** @throws KeelError when a port that Tilt would forward is taken: Tilt itself says nothing. */
async function readyCluster(workspace: Workspace, stack: Stack, pages: readonly Page[]) {
  const { root, portOffset } = workspace;
  const entrances = stack.services.map(({ port }) => port);
  const ofServices = wantedPorts({ services: stack.services }).filter(({ port }) => !entrances.includes(port));
  const forwarded = [...ofServices, ...pages.map(({ name, port }) => ({ port, purpose: name }))];
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
