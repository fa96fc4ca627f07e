import { setTimeout as sleep } from 'node:timers/promises';
import { KeelError } from '../failure.ts';
import { outputOf, runThrough } from '../process/run-program.ts';
import type { ClusterPlace } from './cluster-place.ts';
import { createKubectl } from './kubectl.ts';

const READY_MS = 60_000;

/** The containers of a cluster that are there, running or not. */
export async function findContainers(
  { name, registry }: Pick<ClusterPlace, 'name' | 'registry'>,
  env: NodeJS.ProcessEnv,
): Promise<{ nodes: string[]; registry: boolean }> {
  const list = async (filter: string) => {
    const names = await outputOf('docker', ['ps', '--all', '--format={{.Names}}', `--filter=${filter}`], { env });
    return names.split('\n').filter(Boolean);
  };
  const [nodes, registries] = await Promise.all([
    list(`label=io.x-k8s.kind.cluster=${name}`),
    list(`name=^${registry.container}$`),
  ]);
  return { nodes, registry: registries.length > 0 };
}

/** Makes the cluster, or starts the nodes that it has, and makes it the current context of kubectl. */
export async function createOrStart(
  { name, context, config, nodeImage }: ClusterPlace,
  nodes: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (nodes.length === 0) {
    const create = ['create', 'cluster', '--name', name, '--image', nodeImage, '--config=-', '--wait=60s'];
    return runThrough('kind', create, { env, input: config });
  }
  await outputOf('docker', ['start', ...nodes], { env });
  await outputOf('kind', ['export', 'kubeconfig', '--name', name], { env });
  for (const until = performance.now() + READY_MS; ; await sleep(500)) {
    try {
      return void (await createKubectl({ context }, env)(['get', '--raw', '/readyz']));
    } catch (cause) {
      if (performance.now() < until) continue;
      throw new KeelError(`The cluster ${name} does not answer`, { fix: './keel cluster down, then up again', cause });
    }
  }
}
