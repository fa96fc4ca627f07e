import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../src/images.ts';
import { namespaces, writeOverlay } from '../src/overlay.ts';
import { cluster, hasCluster, keelCluster, kubectl, needsCluster, services, stack, stores } from './cluster.ts';
import { overlay, rendered, type Container, type Labels, type Manifest, type Selector } from './rendered.ts';

needsCluster();

describe.each(Object.keys(namespaces) as Target[])('the overlay %s', (target) => {
  let all: Manifest[];
  const folder = () => join(cluster.folder, `rendered-${target}`);
  beforeAll(async () => {
    if (!hasCluster) return;
    await keelCluster('secrets', '--namespace', namespaces[target]);
    await writeOverlay(folder(), target, cluster.images[target]);
    all = await rendered(folder());
  });

  const ofKind = (...kinds: string[]) => all.filter(({ kind }) => kinds.includes(kind));
  const named = (kind: string) => ofKind(kind).map(({ metadata }) => metadata.name);
  const workloads = () =>
    ofKind('Deployment', 'StatefulSet').map(({ kind, metadata, spec }) => {
      if (spec?.template === undefined) throw new Error(`${kind} ${metadata.name} has no template`);
      return { kind, name: metadata.name, labels: spec.template.metadata.labels, pod: spec.template.spec, spec };
    });
  /** By workload: what an operator would object to. */
  const objections = (objects: (workload: ReturnType<typeof workloads>[number], container: Container) => boolean) =>
    workloads().flatMap((workload) =>
      workload.pod.containers.filter((container) => objects(workload, container)).map(() => workload.name),
    );

  it('has a workload for each part of the stack, and is what the API server knows, without a warning', async () => {
    expect(
      workloads()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...services, ...stores].sort());
    const { stderr } = await dryRun(['--kustomize', folder()]);
    expect(stderr).toBe('');
  });

  it('would be refused with a field that the API server does not know, and warned of with a pod that asks too much', async () => {
    const deployment = (more: object, spec: object) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'test', namespace: namespaces[target] },
      spec: {
        selector: { matchLabels: { app: 'test' } },
        template: {
          metadata: { labels: { app: 'test' } },
          spec: { containers: [{ name: 'test', image: 'test' }], ...spec },
        },
        ...more,
      },
    });
    const apply = (manifest: object) => dryRun(['--filename=-'], JSON.stringify(manifest));
    await expect(apply(deployment({ replica: 2 }, {}))).rejects.toThrow(/replica/);
    expect((await apply(deployment({}, {}))).stderr).toContain('would violate PodSecurity "restricted:v1.37"');
  });

  it('has patched all services, and left no placeholder', () => {
    const deployments = workloads().filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ name }) => name).sort()).toEqual([...services].sort());
    for (const { name, labels, pod } of deployments) {
      const { port, adminPort } = stack.services.find((service) => service.name === name) ?? {};
      const [container] = pod.containers;
      const ports = Object.fromEntries((container?.ports ?? []).map((each) => [each.name, each.containerPort]));
      expect({ name, ports, account: pod.serviceAccountName, labels }).toMatchObject({
        name,
        ports: { http: port, admin: adminPort },
        account: name,
        labels: { 'app.kubernetes.io/name': name },
      });
      expect([name, pod.securityContext?.runAsUser]).toEqual([name, target === 'dev' ? 1000 : 65532]);
      expect([name, pod.topologySpreadConstraints?.length]).toEqual([name, target === 'dev' ? undefined : 1]);
    }
    expect(all.filter(({ metadata }) => ['any', 'service'].includes(metadata.name))).toEqual([]);
  });

  it('selects and refers to what is there', () => {
    const labels = workloads().map((workload) => workload.labels);
    const selectors = ofKind('Service', 'PodDisruptionBudget', 'NetworkPolicy').map(({ kind, metadata, spec }) => ({
      of: `${kind} ${metadata.name}`,
      selector: spec?.podSelector ?? spec?.selector ?? {},
    }));
    expect(selectors.filter(({ selector }) => !labels.some((own) => selects(selector, own)))).toEqual([]);

    const scaled = ofKind('HorizontalPodAutoscaler').map(({ spec }) => spec?.scaleTargetRef?.name);
    expect(scaled.sort()).toEqual(target === 'dev' ? [] : [...services].sort());
    const maps = named('ConfigMap');
    for (const { name, pod } of workloads()) {
      const refs = [
        ...pod.containers.flatMap(({ envFrom = [] }) =>
          envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
        ),
        ...(pod.volumes ?? []).flatMap(({ configMap }) => (configMap?.optional ? [] : (configMap?.name ?? []))),
      ];
      expect(
        refs.filter((ref) => !maps.includes(ref)),
        name,
      ).toEqual([]);
    }
  });

  it('mounts secrets that the namespace has', async () => {
    const { stdout } = await kubectl(['get', 'secrets', '--namespace', namespaces[target], '--output=name']);
    const wanted = workloads().flatMap(({ pod }) =>
      (pod.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []),
    );
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(wanted.map((name) => `secret/${name}`)));
    expect(wanted.length).toBeGreaterThan(0);
  });

  it('has requests, limits and probes everywhere', () => {
    const { startupProbe, readinessProbe, livenessProbe, resources } = workloads()[0]?.pod.containers[0] ?? {};
    expect([startupProbe, readinessProbe, livenessProbe, resources]).not.toContain(undefined);
    expect(objections((_, { resources: own }) => !hasBoth(own?.requests) || !hasBoth(own?.limits))).toEqual([]);
    expect(objections((_, own) => !own.startupProbe || !own.readinessProbe || !own.livenessProbe)).toEqual([]);
  });

  it('gives each service longer to stop than it waits and drains', () => {
    for (const { name, kind, pod } of workloads()) {
      if (kind !== 'Deployment') continue;
      const env = new Map(pod.containers[0]?.env?.map((each) => [each.name, Number(each.value)]));
      const [delay = 0, drain = 0] = [env.get('SHUTDOWN_DELAY_MS'), env.get('DRAIN_TIMEOUT_MS')];
      // Without a delay, proxies send requests to a pod that has stopped.
      expect(delay, name).toBeGreaterThanOrEqual(1_000);
      expect((pod.terminationGracePeriodSeconds ?? 30) * 1000, name).toBeGreaterThan(delay + drain);
    }
  });

  it('mounts no token, and has secrets in files only', () => {
    expect(objections(({ pod }) => pod.automountServiceAccountToken !== false)).toEqual([]);
    expect(ofKind('Secret')).toEqual([]);
    expect(
      objections(
        (_, { env = [], envFrom = [] }) => env.some((each) => each.valueFrom) || envFrom.some((each) => each.secretRef),
      ),
    ).toEqual([]);
    const names = [
      ...workloads().flatMap(({ pod }) => pod.containers.flatMap(({ env = [] }) => env.map((each) => each.name))),
      ...ofKind('ConfigMap').flatMap(({ data = {} }) => Object.keys(data)),
    ];
    expect(names).toContain('PORT');
    expect(names.filter((name) => /PASSWORD|SECRET|TOKEN$|KEYS/.test(name) && !name.endsWith('_FILE'))).toEqual([]);
  });

  it('names an exact image, and in prod by digest', () => {
    expect(
      objections((_, { image }) => !/(:[^:/]+|@sha256:[0-9a-f]{64})$/.test(image) || image.endsWith(':latest')),
    ).toEqual([]);
    if (target === 'dev') return;
    expect(objections(({ kind }, { image }) => kind === 'Deployment' && !image.includes('@sha256:'))).toEqual([]);
  });

  it('has a read-only root file system, but where the sources are replaced', () => {
    const writable = objections((_, { securityContext }) => securityContext?.readOnlyRootFilesystem !== true);
    expect(writable.sort()).toEqual(target === 'dev' ? [...services].sort() : []);
  });

  it('leaves the number of replicas to the autoscaler', () => {
    for (const { metadata, spec } of ofKind('Deployment')) expect(spec?.replicas, metadata.name).toBeUndefined();
    for (const { metadata, spec } of ofKind('HorizontalPodAutoscaler'))
      expect(spec?.minReplicas, metadata.name).toBeGreaterThanOrEqual(2);
  });
});

it('the overlay that ships is applied as it is', async () => {
  const { stderr } = await dryRun(['--kustomize', overlay('prod')]);
  expect(stderr).toBe('');
});

function dryRun(args: readonly string[], input?: string) {
  const strict = [
    'apply',
    '--server-side',
    '--dry-run=server',
    '--validate=strict',
    '--field-manager=test',
    '--force-conflicts',
  ];
  return kubectl([...strict, ...args], input === undefined ? {} : { input });
}

/** The selector of a Service is labels alone. */
function selects(selector: Selector | Labels, labels: Labels): boolean {
  const { matchLabels, matchExpressions = [] } = selector as Selector;
  const wanted = matchLabels ?? (matchExpressions.length > 0 ? {} : (selector as Labels));
  return (
    Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}

function hasBoth(list: object | undefined): boolean {
  return list !== undefined && 'cpu' in list && 'memory' in list;
}
