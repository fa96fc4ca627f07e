import { docker } from '@evenkeel/containers';
import type { Stack } from '@evenkeel/stack';
import { namespaces } from '../src/overlay.ts';
import { cluster, kubectl, kubectlIn, pods, stack } from './cluster.ts';
import type { Source } from './connections.ts';
import { restrictedPod } from './restricted-pod.ts';

/** One end of a connection. */
export interface Place {
  name: string;
  /** Of the stack: what its network policies speak of. */
  isPart: boolean;
  /** Undefined where nothing is tried from. */
  source?: Source;
  /** Each port that it listens on, with its address for pods, and for the network of the nodes if it has one there. */
  listens: readonly { port: number; fromPods: string; fromOutside?: string }[];
}

/** Not of the stack: a pod beside it, one in another namespace, DNS, and the network of the nodes. */
export const others = { beside: 'a pod beside', elsewhere: 'a pod elsewhere', dns: 'dns', outside: 'outside' };
const ELSEWHERE = 'elsewhere';
const PORT = 8000;

/** The pods of the stack, and what is around it. */
export async function places(): Promise<Place[]> {
  return [
    ...(await Promise.all(portsOf(stack).map(([name, ports]) => part(name, ports)))),
    await listener(others.beside, namespaces.dev),
    await listener(others.elsewhere, ELSEWHERE),
    await dns(),
    await outside(),
  ];
}

function portsOf({ services, backing }: Stack): [string, number[]][] {
  return [
    ...services.map(({ name, port, adminPort, debugPort }): [string, number[]] => [name, [port, adminPort, debugPort]]),
    ...backing.map(({ name, port }): [string, number[]] => [name, [port]]),
  ];
}

/** A service or store. The network of the nodes reaches each of its ports by a NodePort that only these tests make. */
async function part(name: string, ports: readonly number[]): Promise<Place> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `outside-${name}`, namespace: namespaces.dev },
    spec: {
      type: 'NodePort',
      selector: { 'app.kubernetes.io/name': name },
      ports: ports.map((port) => ({ name: `p${port}`, port })),
    },
  };
  await kubectl(['apply', '--filename=-'], { input: JSON.stringify(service) });
  const path = '--output=jsonpath={.spec.ports[*].nodePort}';
  const nodePorts = (await kubectlIn('dev', 'get', 'service', service.metadata.name, path)).split(' ');
  const [pod] = await pods('dev', name);
  if (pod === undefined) throw new Error(`${name} has no pod`);
  return {
    name,
    isPart: true,
    source: { namespace: namespaces.dev, pod: pod.metadata.name },
    listens: ports.map((port, index) => ({
      port,
      fromPods: `${pod.status.podIP}:${port}`,
      fromOutside: `${cluster.name}-control-plane:${nodePorts[index]}`,
    })),
  };
}

async function listener(name: string, namespace: string): Promise<Place> {
  const [image] = Object.values(cluster.images.dev);
  const pod = restrictedPod('listener', image, ['node', '-e', `require('net').createServer().listen(${PORT})`]);
  const [meta, ip] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    'jsonpath={.status.podIP}',
  ];
  if (namespace === ELSEWHERE) await kubectl(['apply', '--filename=-'], { input: JSON.stringify(meta) });
  const inNamespace = (...args: string[]) => kubectl(['--namespace', namespace, ...args]);
  await kubectl(['--namespace', namespace, 'apply', '--filename=-'], { input: JSON.stringify(pod) });
  await inNamespace('wait', 'pod/listener', '--for=condition=Ready', '--timeout=2m');
  const { stdout } = await inNamespace('get', 'pod/listener', `--output=${ip}`);
  const source = { namespace, pod: 'listener' };
  return {
    name,
    isPart: namespace === namespaces.dev,
    source,
    listens: [{ port: PORT, fromPods: `${stdout}:${PORT}` }],
  };
}

async function dns(): Promise<Place> {
  const { stdout } = await kubectl([
    ...['--namespace=kube-system', 'get', 'pods', '--selector=k8s-app=kube-dns'],
    '--output=jsonpath={.items[0].status.podIP}',
  ]);
  return { name: others.dns, isPart: false, listens: [{ port: 53, fromPods: `${stdout}:53` }] };
}

/** A container on the network of the nodes; there the registry listens. */
async function outside(): Promise<Place> {
  const address = '{{.NetworkSettings.Networks.kind.IPAddress}}';
  const { stdout } = await docker(['inspect', '--format', address, `${cluster.name}-registry`]);
  const [image = ''] = Object.values(cluster.images.dev);
  const at = `${stdout.trim()}:5000`;
  return {
    name: others.outside,
    isPart: false,
    source: { image },
    listens: [{ port: 5000, fromPods: at, fromOutside: at }],
  };
}
