import { clusterPlace, NAMESPACE, type ClusterPlace } from '../cluster/cluster-place.ts';
import { ensureClusterSecrets } from '../cluster/development-secrets.ts';
import { checkPrograms } from '../cluster/programs.ts';
import { pushStores, startRegistry, useRegistry } from '../cluster/registry.ts';
import { KeelError } from '../failure.ts';
import { checkPorts } from '../ports/taken-ports.ts';
import { outputOf, runThrough } from '../process/run-program.ts';
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
  const place = await clusterPlace(workspace);
  await { up, down, status, secrets }[action](workspace, terminal, place, options);
}

async function up(workspace: Workspace, terminal: Terminal, place: ClusterPlace): Promise<void> {
  const { root, env, portOffset } = workspace;
  const { name, context, registry, config, nodeImage } = place;
  const stack = await readStackFile(root, portOffset);
  const began = performance.now();
  const present = await parts(place, env);

  const wanted = [
    ...(present.cluster ? [] : place.hostPorts.map((port) => ({ port, purpose: 'the entrance of the cluster' }))),
    ...(present.registry ? [] : [{ port: registry.port, purpose: "the cluster's registry" }]),
  ];
  await checkPorts(stack, portOffset, wanted);
  if (!present.registry) await startRegistry(registry, env);
  else await outputOf('docker', ['start', registry.container], { env });
  const pushing = pushStores(await readStackFile(root), registry, env, composeVariable(workspace));
  if (present.cluster) {
    await outputOf('docker', ['start', ...present.nodes], { env });
    await outputOf('kind', ['export', 'kubeconfig', '--name', name], { env });
  } else {
    const create = ['create', 'cluster', '--name', name, '--image', nodeImage, '--config=-', '--wait=60s'];
    await runThrough('kind', create, { env, input: config });
  }
  if (!present.cluster || !present.registry) await useRegistry(place, env);
  await pushing;
  await secrets(workspace, terminal, place, {});
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  terminal.print(`The cluster ${context} is up (${seconds} s), with a registry at localhost:${registry.port}.`);
}

async function down({ env }: Workspace, terminal: Terminal, { name, registry }: ClusterPlace): Promise<void> {
  await outputOf('kind', ['delete', 'cluster', '--name', name], { env });
  await outputOf('docker', ['rm', '--force', '--volumes', registry.container], { env });
  terminal.print(`The cluster ${name} and its registry are removed, with all that was in them.`);
}

async function status({ env }: Workspace, terminal: Terminal, place: ClusterPlace): Promise<void> {
  const { name, context, registry, hostPorts } = place;
  const present = await parts(place, env);
  if (!present.cluster || !present.registry) {
    const missing = present.cluster ? `The registry of the cluster ${name}` : `The cluster ${name}`;
    throw new KeelError(`${missing} is not there`, { fix: './keel cluster up' });
  }
  terminal.print((await outputOf('kubectl', ['--context', context, 'get', 'nodes'], { env })).trimEnd());
  terminal.print(`context   ${context}`);
  terminal.print(`registry  localhost:${registry.port}`);
  for (const port of hostPorts) terminal.print(`entrance  http://127.0.0.1:${port}`);
}

async function secrets(
  { root, env }: Workspace,
  terminal: Terminal,
  place: ClusterPlace,
  options: Options,
): Promise<void> {
  const { context = place.context, namespace = NAMESPACE } = options;
  await ensureClusterSecrets(root, await readStackFile(root), { context, namespace }, env);
  terminal.print(`The namespace ${namespace} has its development secrets.`);
}

async function parts({ name, registry }: ClusterPlace, env: NodeJS.ProcessEnv) {
  const list = (filter: string) =>
    outputOf('docker', ['ps', '--all', '--format={{.Names}}', `--filter=${filter}`], { env });
  const [nodes, containers] = await Promise.all([
    list(`label=io.x-k8s.kind.cluster=${name}`),
    list(`name=^${registry.container}$`),
  ]);
  const found = nodes.split('\n').filter(Boolean);
  return { cluster: found.length > 0, nodes: found, registry: containers.trim() !== '' };
}
