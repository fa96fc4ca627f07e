import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { pushPublished } from '../src/images.ts';
import { namespaces } from '../src/overlay.ts';
import { cluster, deploy, hasCluster, kubectl, kubectlIn, needsCluster, pods, stack, type Pod } from './cluster.ts';
import { reachable } from './connections.ts';
import { portForward } from './port-forward.ts';
import { overlay, rendered, workloadOf, type Manifest } from './rendered.ts';
import { restrictedPod } from './restricted-pod.ts';

/** The workloads that find and probe pods. A bare listener stands in for the collector. */
const run = ['prometheus', 'blackbox'];
const component = { 'app.kubernetes.io/component': 'observability' };
const listeners = {
  collector: { ...component, 'app.kubernetes.io/name': 'collector' },
  'of-component': component,
  'of-none': {},
};

needsCluster();
let added: Manifest[] = [];
let missing: string | undefined;
beforeAll(async () => {
  if (!hasCluster) return;
  added = await whatTheComponentAdds();
  const images = added
    .filter(isRun)
    .flatMap((workload) => workloadOf(workload).pod.containers.map(({ image }) => image));
  [missing] = await Promise.all([pushPublished(images, cluster.registryPort), deploy('dev')]);
  if (missing !== undefined) return;
  added.push(...Object.entries(listeners).map(([name, labels]) => listener(name, labels)));
  await kubectl(['apply', '--server-side', '--filename=-'], { input: list(added) });
  for (const name of run) await kubectlIn('dev', 'rollout', 'status', `deployment/${name}`, '--timeout=2m');
  await kubectlIn('dev', 'wait', 'pod', ...Object.keys(listeners), '--for=condition=Ready', '--timeout=2m');
});
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});
afterAll(async () => {
  if (hasCluster) await kubectl(['delete', '--ignore-not-found', '--filename=-'], { input: list(added) });
});

it('Prometheus finds each pod and each sidecar, scrapes it, and has it probed', async () => {
  await using prometheus = await portForward('dev', 'deployment/prometheus', 9090);
  const expected = await Promise.all(
    stack.services.map(async ({ name, adminPort }) =>
      (await pods('dev', name)).flatMap(({ status: { podIP } }) => [
        `services ${name} ${podIP}:${adminPort}`,
        `healthz ${name} ${podIP}:${adminPort}`,
        `sidecars ${podIP}:9102`,
      ]),
    ),
  );
  await vi.waitFor(
    async () => {
      const found = await query(prometheus.port, 'up{job!="collector"} == 1 unless on (instance) probe_success == 0');
      expect(found.map(targetOf).sort()).toEqual(expected.flat().sort());
    },
    { timeout: 60_000, interval: 500 },
  );
});

it('only services reach the collector, and only the component reaches Prometheus and admin ports', async () => {
  const [called, caller] = stack.services;
  if (called === undefined || caller === undefined) throw new Error('two services are needed');
  const addressOf = async (name: string, port: number) => `${(await onePod(name)).status.podIP}:${port}`;
  const addresses = {
    prometheus: await addressOf('prometheus', 9090),
    collector: await addressOf('collector', 4318),
    admin: await addressOf(called.name, called.adminPort),
  };
  const reached = async (pod: string) => {
    const open = await reachable({ namespace: namespaces.dev, pod }, Object.values(addresses));
    return Object.entries(addresses).flatMap(([name, address]) => (open.has(address) ? [name] : []));
  };
  const from = [(await onePod(caller.name)).metadata.name, 'of-component', 'of-none'];
  await vi.waitFor(
    async () => expect(await Promise.all(from.map(reached))).toEqual([['collector'], ['prometheus', 'collector'], []]),
    { timeout: 60_000 },
  );
});

async function onePod(name: string): Promise<Pod> {
  const [pod] = await pods('dev', name);
  if (pod === undefined) throw new Error(`${name} has no pod`);
  return pod;
}

/** What the overlay has and `dev` has not: without the services, which would be replaced for other variables. */
async function whatTheComponentAdds(): Promise<Manifest[]> {
  const id = ({ kind, metadata: { name } }: Manifest) => `${kind} ${name}`;
  const there = new Set((await rendered(overlay('dev'))).map(id));
  const own = (await rendered(overlay('dev-observability'))).filter((manifest) => !there.has(id(manifest)));
  return own.filter((manifest) => manifest.kind !== 'Deployment' || isRun(manifest));
}

function isRun({ kind, metadata }: Manifest): boolean {
  return kind === 'Deployment' && run.includes(metadata.name);
}

function listener(name: string, labels: Record<string, string>): Manifest {
  const image = Object.values(cluster.images.dev)[0];
  const pod = restrictedPod(name, image, ['node', '-e', "require('net').createServer().listen(4318)"]);
  return { ...pod, metadata: { name, namespace: namespaces.dev, labels } } as unknown as Manifest;
}

function list(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

interface Series {
  metric: { job: string; instance: string; service_name?: string };
}

async function query(port: number, text: string): Promise<Series[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`);
  return ((await response.json()) as { data: { result: Series[] } }).data.result;
}

/** Job, service and address of a target, which is named after its pod's address: 10-244-0-5.service-pods.… */
function targetOf({ metric: { job, instance, service_name } }: Series): string {
  const address = instance.replace(/^([\d-]+)\..*:/, (_, ip: string) => `${ip.replaceAll('-', '.')}:`);
  return [job, service_name, address].filter(Boolean).join(' ');
}
