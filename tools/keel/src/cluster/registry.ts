import type { Stack } from '@evenkeel/stack';
import { outputOf } from '../process/run-program.ts';
import type { ClusterPlace } from './cluster-place.ts';
import { createKubectl } from './kubectl.ts';

type Registry = ClusterPlace['registry'];

/** Starts the registry of a cluster, which listens on loopback. */
export async function startRegistry(
  { container, image, port }: Registry,
  isThere: boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (isThere) return void (await outputOf('docker', ['start', container], { env }));
  const options = ['--detach', '--restart=unless-stopped', `--publish=127.0.0.1:${port}:5000`, `--name=${container}`];
  await outputOf('docker', ['run', ...options, image], { env });
}

/**
 * Has the nodes pull from the registry what was pushed to localhost:PORT, and what names no host: Docker Hub is asked only
 * for what the registry does not have. https://kind.sigs.k8s.io/docs/user/local-registry/
 */
export async function connectRegistry(
  { context, name, registry }: ClusterPlace,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { container, port } = registry;
  const inspect = ['inspect', '--format={{json .NetworkSettings.Networks}}', container];
  const isConnected = 'kind' in JSON.parse(await outputOf('docker', inspect, { env }));
  const kubectl = createKubectl({ context }, env);
  const hosting = [
    'configmap/local-registry-hosting',
    '--namespace=kube-public',
    '--ignore-not-found',
    '--output=name',
  ];
  // Written last, so that all else is there.
  if (isConnected && (await kubectl(['get', ...hosting])) !== '') return;

  if (!isConnected) await outputOf('docker', ['network', 'connect', 'kind', container], { env });
  const mirror = `[host."http://${container}:5000"]\n  capabilities = ["pull", "resolve"]\n`;
  const hosts = { [`localhost:${port}`]: mirror, 'docker.io': `server = "https://registry-1.docker.io"\n${mirror}` };
  const nodes = (await outputOf('kind', ['get', 'nodes', '--name', name], { env })).trim().split('\n');
  for (const node of nodes) {
    for (const [host, input] of Object.entries(hosts)) {
      const write = ['sh', '-c', 'mkdir -p "$0" && cat >"$0/hosts.toml"', `/etc/containerd/certs.d/${host}`];
      await outputOf('docker', ['exec', '--interactive', node, ...write], { env, input });
    }
  }
  // By which Tilt finds the registry (KEP-1755).
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'local-registry-hosting', namespace: 'kube-public' },
    data: { 'localRegistryHosting.v1': `host: "localhost:${port}"\n` },
  };
  await kubectl(['apply', '--filename=-'], JSON.stringify(configMap));
}

/**
 * Pushes the images of the stores that the registry does not have: this machine has them for Compose, or they come from a
 * mirror that the nodes do not know.
 *
 * @param variable reads a variable as Compose would
 */
export async function pushStores(
  { backing }: Stack,
  { port }: Registry,
  env: NodeJS.ProcessEnv,
  variable: (name: string) => string | undefined,
): Promise<void> {
  const docker = (...args: string[]) => outputOf('docker', args, { env });
  await Promise.all(
    backing.map(async ({ name, image }) => {
      const path = image.includes('/') ? image : `library/${image}`;
      if (await isPushed(port, path)) return;
      const source = variable(`${name.toUpperCase()}_IMAGE`) ?? `${variable('REGISTRY') ?? ''}${image}`;
      const target = `localhost:${port}/${path}`;
      await docker('image', 'inspect', source).catch(() => docker('pull', source));
      await docker('tag', source, target);
      await docker('push', '--quiet', target);
      await docker('rmi', target);
    }),
  );
}

async function isPushed(port: number, path: string): Promise<boolean> {
  const [repository, tag = 'latest'] = path.split(':');
  const url = `http://127.0.0.1:${port}/v2/${repository}/tags/list`;
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok !== true) return false;
  const { tags } = (await response.json()) as { tags: string[] | null };
  return tags?.includes(tag) === true;
}
