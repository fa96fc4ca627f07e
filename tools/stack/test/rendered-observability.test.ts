import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { beforeEach, expect, test } from 'vitest';
import { withDefaults } from '../src/parity/compose-defaults.ts';
import { declaredStack } from '../src/read/read-stack.ts';
import { connections, podOf, portsOf, type Labels, type Manifest, type Pod } from './connections.ts';

const root = resolve(import.meta.dirname, '../../..');
const { services, sidecars } = await declaredStack(root);
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

function render(overlay: string): Manifest[] {
  const text = execFileSync('kubectl', ['kustomize', join(root, 'infra/k8s/overlays', overlay)], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

beforeEach((context) => {
  if (!hasKubectl) context.skip('kubectl is not on the PATH');
});

const manifests = hasKubectl ? render('dev-observability') : [];
const ofKind = (kind: string) => manifests.filter((each) => each.kind === kind);
const isPart = (manifest: Manifest) =>
  podOf(manifest).metadata.labels['app.kubernetes.io/component'] === 'observability';
const allowed = connections(manifests);
const workloads = ofKind('Deployment').filter(isPart);

test('adds to the overlay dev, and changes nothing of it but where services export to', () => {
  const before = render('dev');
  const stackOf = (all: Manifest[]) =>
    all.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('stack-'));
  const [old, changed] = [stackOf(before), stackOf(manifests)];
  expect(changed?.data).toEqual({ ...old?.data, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' });
  const unchanged = before.filter((each) => each !== old);
  const renamed = JSON.parse(
    JSON.stringify(unchanged).replaceAll(`"${old?.metadata.name}"`, `"${changed?.metadata.name}"`),
  ) as Manifest[];
  expect(manifests).toEqual(expect.arrayContaining(renamed));
  const namespaced = manifests.filter(({ kind }) => kind !== 'Namespace');
  expect(new Set(namespaced.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['evenkeel-dev']));
});

test('runs the images of Compose, with the same arguments and limits', () => {
  const file = readFileSync(join(root, 'docker-compose.observability.yml'), 'utf8');
  const composed = parse(file, { merge: true }) as {
    services: Record<string, { image?: string; command?: string[]; mem_limit: string }>;
  };
  const parts = Object.entries(composed.services).filter(([, { image }]) => image !== undefined);
  const inCompose = parts.map(([name, { image = '', command, mem_limit }]) => [
    name,
    { image: withDefaults(image), args: command, memory: mem_limit.replace(/m$/, 'Mi') },
  ]);
  const here = workloads.map((each) => {
    const { image, args, resources } = podOf(each).spec.containers[0];
    return [each.metadata.name, { image, args, memory: resources.limits.memory }];
  });
  expect(here).toHaveLength(7);
  expect(Object.fromEntries(here)).toEqual(Object.fromEntries(inCompose));
});

test('runs each workload restricted, without rights on the cluster', () => {
  for (const { spec } of workloads) {
    expect(spec).toMatchObject({
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
              resources: { requests: { cpu: '20m' }, limits: { cpu: '1' } },
              readinessProbe: {},
            },
          ],
        },
      },
    });
  }
});

test('has every file that a workload mounts or is started with', () => {
  const keysOf = (volumes: Pod['spec']['volumes'], name: string) => {
    const volume = volumes.find((each) => each.name === name);
    return Object.keys(
      ofKind('ConfigMap').find(({ metadata }) => metadata.name === volume?.configMap?.name)?.data ?? {},
    );
  };
  for (const workload of workloads) {
    const { containers, volumes } = podOf(workload).spec;
    const { args = [], volumeMounts } = containers[0];
    const files = args.flatMap((arg) => /\/etc\/observability\/(\S+)$/.exec(arg)?.[1] ?? []);
    expect(keysOf(volumes, 'configuration')).toEqual(expect.arrayContaining(files));
    for (const { name, subPath } of volumeMounts)
      if (subPath !== undefined) expect(keysOf(volumes, name)).toContain(subPath);
  }
});

test('finds each workload under its name, and each pod of a service by the ports that are scraped', () => {
  const selects = (selector: Labels, { metadata }: Pod) =>
    Object.entries(selector).every(([key, value]) => metadata.labels[key] === value);
  const serviceNamed = (name: string) =>
    ofKind('Service').find(({ metadata }) => metadata.name === name)?.spec as
      { selector: Labels; ports: { targetPort: string }[] } | undefined;
  for (const workload of workloads) {
    const service = serviceNamed(workload.metadata.name);
    expect(service && selects(service.selector, podOf(workload))).toBe(true);
    expect(portsOf(podOf(workload)).map(({ name }) => name)).toEqual(
      expect.arrayContaining(service?.ports.map(({ targetPort }) => targetPort) ?? ['none']),
    );
  }
  const all = serviceNamed('service-pods');
  expect(all).toMatchObject({
    ...{ clusterIP: 'None', publishNotReadyAddresses: true },
    ports: [
      { name: 'admin', targetPort: 'admin' },
      { name: 'metrics', targetPort: sidecars[0]?.metricsPort },
    ],
  });
  const selected = [...allowed.pods].filter(([, pod]) => all && selects(all.selector, pod));
  expect(selected.map(([name]) => name).sort()).toEqual(services.map(({ name }) => name).sort());
  for (const [, pod] of selected)
    expect(portsOf(pod).map(({ name }) => name)).toEqual(expect.arrayContaining(['admin', 'metrics']));
});

test('allows what it needs between pods, and nothing else', () => {
  const [service] = services;
  const [sidecar] = sidecars;
  const { name = '', adminPort = 0, port = 0 } = service ?? {};
  const metricsPort = sidecar?.metricsPort ?? 0;
  const ways: [from: string, to: string, port: number, expected: boolean][] = [
    ...services.map(({ name }): [string, string, number, boolean] => [name, 'collector', 4318, true]),
    ...services.flatMap((each): [string, string, number, boolean][] => [
      ['prometheus', each.name, each.adminPort, true],
      ['prometheus', each.name, metricsPort, true],
      ['blackbox', each.name, each.adminPort, true],
      ['grafana', each.name, each.adminPort, false],
    ]),
    ['collector', 'tempo', 4318, true],
    ['collector', 'loki', 3100, true],
    ['prometheus', 'collector', 8888, true],
    ['prometheus', 'blackbox', 9115, true],
    ['prometheus', 'alertmanager', 9093, true],
    ['grafana', 'prometheus', 9090, true],
    ['grafana', 'loki', 3100, true],
    ['grafana', 'tempo', 3200, true],
    [name, 'collector', 8888, false],
    [name, 'grafana', 3000, false],
    [name, 'prometheus', 9090, false],
    ['collector', name, port, false],
    ['loki', name, adminPort, false],
    ['prometheus', 'postgres', 5432, false],
  ];
  expect(ways.map(([from, to, port]) => [from, to, port, allowed.between(from, to, port)])).toEqual(ways);
});
