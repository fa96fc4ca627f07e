import { clusterPlace, NAMESPACE, type ClusterPlace } from '../cluster/cluster-place.ts';
import { createOrStart, findContainers } from '../cluster/containers.ts';
import { ensureClusterSecrets } from '../cluster/development-secrets.ts';
import { createKubectl } from '../cluster/kubectl.ts';
import { checkPrograms } from '../cluster/programs.ts';
import { connectRegistry, pushStores, startRegistry } from '../cluster/registry.ts';
import { KeelError } from '../failure.ts';
import { checkPorts } from '../ports/taken-ports.ts';
import { outputOf } from '../process/run-program.ts';
import { composeVariable } from '../stack/published-services.ts';
import { readStackFile } from '../stack/stack-file.ts';
import type { Terminal } from '../terminal.ts';
import type { Workspace } from '../workspace.ts';

export type ClusterAction = 'up' | 'down' | 'status' | 'secrets';

interface Options {
  context?: string;
  namespace?: string;
}

/** The kind cluster of this clone, with a registry beside it. */
export async function cluster(
  workspace: Workspace,
  terminal: Terminal,
  action: ClusterAction,
  options: Options,
): Promise<void> {
  await checkPrograms(workspace.env);
  await { up, down, status, secrets }[action](workspace, terminal, await clusterPlace(workspace), options);
}

async function up(workspace: Workspace, terminal: Terminal, place: ClusterPlace): Promise<void> {
  const { root, env, portOffset } = workspace;
  const { context, registry, hostPorts } = place;
  const began = performance.now();
  const present = await findContainers(place, env);
  const wanted = [
    ...(present.nodes.length > 0 ? [] : hostPorts.map((port) => ({ port, purpose: 'the gateway in the cluster' }))),
    ...(present.registry ? [] : [{ port: registry.port, purpose: "the cluster's registry" }]),
  ];
  const stack = await readStackFile(root, portOffset);
  await checkPorts(stack, portOffset, wanted);

  await startRegistry(registry, present.registry, env);
  const pushed = pushStores(stack, registry, env, composeVariable(workspace));
  await Promise.all([pushed, createOrStart(place, present.nodes, env)]);
  await connectRegistry(place, env);
  await secrets(workspace, terminal, place, {});
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  terminal.print(`The cluster ${context} is up (${seconds} s), with a registry at localhost:${registry.port}.`);
}

async function down({ env }: Workspace, terminal: Terminal, place: ClusterPlace): Promise<void> {
  const { name, registry } = place;
  const present = await findContainers(place, env);
  if (present.nodes.length === 0 && !present.registry) return void terminal.print(`There is no cluster ${name}.`);
  await outputOf('kind', ['delete', 'cluster', '--name', name], { env });
  await outputOf('docker', ['rm', '--force', '--volumes', registry.container], { env });
  terminal.print(`Removed the cluster ${name} and its registry, with all data.`);
}

async function status({ env }: Workspace, terminal: Terminal, place: ClusterPlace): Promise<void> {
  const { name, context, registry, hostPorts } = place;
  const present = await findContainers(place, env);
  if (present.nodes.length === 0 || !present.registry) {
    throw new KeelError(present.nodes.length === 0 ? `There is no cluster ${name}` : 'The registry is missing', {
      fix: './keel cluster up',
    });
  }
  terminal.print((await createKubectl({ context }, env)(['get', 'nodes'])).trimEnd());
  terminal.print(`context   ${context}`);
  terminal.print(`registry  localhost:${registry.port}`);
  for (const port of hostPorts) terminal.print(`gateway   http://127.0.0.1:${port}`);
}

async function secrets(
  { root, env }: Workspace,
  terminal: Terminal,
  place: ClusterPlace,
  { context = place.context, namespace = NAMESPACE }: Options,
): Promise<void> {
  await ensureClusterSecrets(root, await readStackFile(root), { context, namespace }, env);
  terminal.print(`The namespace ${namespace} has its development secrets.`);
}
