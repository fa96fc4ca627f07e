import type { Stack } from '@evenkeel/stack';
import { outputOf } from '../process/run-program.ts';
import type { ClusterPlace } from './cluster-place.ts';

type Registry = ClusterPlace['registry'];

/** Starts the registry of a cluster, on loopback. */
export async function startRegistry({ container, image, port }: Registry, env: NodeJS.ProcessEnv): Promise<void> {
  const publish = `127.0.0.1:${port}:5000`;
  await outputOf(
    'docker',
    ['run', '--detach', '--restart=unless-stopped', '--publish', publish, '--name', container, image],
    { env },
  );
}

/**
 * Has the nodes pull from the registry what is pushed to it as localhost:PORT/…, and what has no host in its name: if the
 * registry has it, nothing is asked of Docker Hub. https://kind.sigs.k8s.io/docs/user/local-registry/
 */
export async function useRegistry({ context, name, registry }: ClusterPlace, env: NodeJS.ProcessEnv): Promise<void> {
  const { container, port } = registry;
  await outputOf('docker', ['network', 'connect', 'kind', container], { env });
  const nodes = (await outputOf('kind', ['get', 'nodes', '--name', name], { env })).trim().split('\n');
  const mirror = `[host."http://${container}:5000"]\n  capabilities = ["pull", "resolve"]\n`;
  const hosts = { [`localhost:${port}`]: mirror, 'docker.io': `server = "https://registry-1.docker.io"\n${mirror}` };
  for (const node of nodes) {
    for (const [host, input] of Object.entries(hosts)) {
      const folder = `/etc/containerd/certs.d/${host}`;
      const write = ['sh', '-c', 'mkdir -p "$0" && cat >"$0/hosts.toml"', folder];
      await outputOf('docker', ['exec', '--interactive', node, ...write], { env, input });
    }
  }
  // How Tilt finds out where to push (KEP-1755).
  const hosting = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'local-registry-hosting', namespace: 'kube-public' },
    data: { 'localRegistryHosting.v1': `host: "localhost:${port}"\n` },
  };
  await outputOf('kubectl', ['--context', context, 'apply', '-f', '-'], { env, input: JSON.stringify(hosting) });
}

/**
 * Pushes the images of the stores that the registry does not have, so that the nodes need not pull what is here.
 *
 * @param variable reads a variable as Compose would: the images may come from a mirror
 */
export async function pushStores(
  { backing }: Stack,
  { port }: Registry,
  env: NodeJS.ProcessEnv,
  variable: (name: string) => string | undefined,
): Promise<void> {
  await Promise.all(
    backing.map(async ({ name, image }) => {
      const [repository = '', tag = 'latest'] = image.split(':');
      const path = repository.includes('/') ? repository : `library/${repository}`;
      if (await isPushed(port, path, tag)) return;
      const source = variable(`${name.toUpperCase()}_IMAGE`) ?? `${variable('REGISTRY') ?? ''}${image}`;
      const target = `localhost:${port}/${path}:${tag}`;
      await outputOf('docker', ['image', 'inspect', source], { env }).catch(() =>
        outputOf('docker', ['pull', source], { env }),
      );
      await outputOf('docker', ['tag', source, target], { env });
      await outputOf('docker', ['push', '--quiet', target], { env });
      await outputOf('docker', ['rmi', target], { env });
    }),
  );
}

async function isPushed(port: number, path: string, tag: string): Promise<boolean> {
  const accept =
    'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
  const url = `http://127.0.0.1:${port}/v2/${path}/manifests/${tag}`;
  return fetch(url, { method: 'HEAD', headers: { accept } }).then(
    ({ ok }) => ok,
    () => false,
  );
}
