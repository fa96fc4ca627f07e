import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../src/images.ts';
import { namespaces, writeOverlay } from '../src/overlay.ts';
import { cluster, hasCluster, keel, kubectl, needsCluster, releaseEntrance, services, stores } from './cluster.ts';
import { overlay, rendered, selects, workloadOf, type Container, type Manifest, type Workload } from './rendered.ts';

needsCluster();

describe.each(Object.keys(namespaces) as Target[])('the overlay %s', (target) => {
  const folder = () => join(cluster.folder, `rendered-${target}`);
  let manifests: Manifest[] = [];
  let workloads: Workload[] = [];
  beforeAll(async () => {
    if (!hasCluster) return;
    await keel('cluster', 'secrets', '--namespace', namespaces[target]);
    await releaseEntrance(target);
    await writeOverlay(folder(), target, cluster.images[target]);
    manifests = await rendered(folder());
    workloads = ofKind('Deployment', 'StatefulSet').map(workloadOf);
  });

  const ofKind = (...kinds: string[]) => manifests.filter(({ kind }) => kinds.includes(kind));
  /** The workloads with a container that an operator would object to. */
  const objections = (objects: (container: Container, workload: Workload) => unknown) =>
    workloads
      .filter((workload) => workload.pod.containers.some((container) => objects(container, workload)))
      .map(({ name }) => name)
      .sort();

  it('is what the API server knows, without a warning', async () => {
    const { stderr } = await dryRun(['--kustomize', folder()]);
    expect(stderr).toBe('');
  });

  it('has one workload for each part of the stack', () => {
    expect(objections(() => true)).toEqual([...services, ...stores].sort());
  });

  it('selects and refers to what is there', () => {
    const selectors = ofKind('Service', 'PodDisruptionBudget', 'NetworkPolicy').map(({ kind, metadata, spec }) => ({
      of: `${kind} ${metadata.name}`,
      selector: spec?.podSelector ?? spec?.selector ?? {},
    }));
    expect(selectors.filter(({ selector }) => !workloads.some(({ labels }) => selects(selector, labels)))).toEqual([]);
    const maps = ofKind('ConfigMap').map(({ metadata }) => metadata.name);
    const isMissing = (name: string | undefined) => name !== undefined && !maps.includes(name);
    expect(objections(({ envFrom = [] }) => envFrom.some((each) => isMissing(each.configMapRef?.name)))).toEqual([]);
    const mounted = workloads.flatMap(({ pod }) => pod.volumes ?? []).flatMap(({ configMap }) => configMap ?? []);
    expect(mounted.filter(({ name, optional }) => optional !== true && isMissing(name))).toEqual([]);
  });

  it('mounts secrets that the namespace has, and has them nowhere else', async () => {
    const { stdout } = await kubectl(['get', 'secrets', '--namespace', namespaces[target], '--output=name']);
    const wanted = workloads.map(({ pod }) => (pod.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []));
    expect(wanted).toEqual(workloads.map(({ name }) => [name]));
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(wanted.map(([name]) => `secret/${name}`)));

    expect(ofKind('Secret')).toEqual([]);
    expect(objections(({ env = [] }) => env.some(({ valueFrom }) => valueFrom !== undefined))).toEqual([]);
    expect(objections(({ envFrom = [] }) => envFrom.some(({ secretRef }) => secretRef !== undefined))).toEqual([]);
    const variables = [
      ...workloads.flatMap(({ pod }) => pod.containers.flatMap(({ env = [] }) => env.map(({ name }) => name))),
      ...ofKind('ConfigMap').flatMap(({ data = {} }) => Object.keys(data)),
    ].filter((name) => /PASSWORD|SECRET|KEYS|CLIENTS/.test(name));
    expect(variables).toContain('REDIS_PASSWORD_FILE');
    expect(variables.filter((name) => !name.endsWith('_FILE'))).toEqual([]);
  });

  it('has requests, limits and probes everywhere', () => {
    const hasBoth = (list: object = {}) => 'cpu' in list && 'memory' in list;
    expect(objections(({ resources }) => !hasBoth(resources?.requests) || !hasBoth(resources?.limits))).toEqual([]);
    expect(objections((own) => !own.startupProbe || !own.readinessProbe || !own.livenessProbe)).toEqual([]);
  });

  it('mounts no token', () => {
    expect(objections((_, { pod }) => pod.automountServiceAccountToken !== false)).toEqual([]);
  });

  it('names exact images', () => {
    expect(objections(({ image }) => !/(:[^:/]+|@sha256:[0-9a-f]{64})$/.test(image) || /:latest$/.test(image))).toEqual(
      [],
    );
  });

  it('has a read-only root file system, but where sources are replaced', () => {
    const writable = objections(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true);
    expect(writable).toEqual(target === 'dev' ? [...services].sort() : []);
  });
});

it('the overlay prod is what the API server knows as it ships, with stores outside of the cluster', async () => {
  const { stderr } = await dryRun(['--kustomize', overlay('prod')]);
  expect(stderr).toBe('');
});

it('a field that the API server does not know is refused, and a pod that asks too much is warned of', async () => {
  const labels = { app: 'test' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'test', image: 'test:1' }] } };
  const deployment = (more: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'test', namespace: namespaces.dev },
    spec: { selector: { matchLabels: labels }, template, ...more },
  });
  const apply = (more: object) => dryRun(['--filename=-'], JSON.stringify(deployment(more)));
  await expect(apply({ replica: 2 })).rejects.toThrow('.spec.replica');
  expect((await apply({})).stderr).toContain('would violate PodSecurity "restricted:v1.37"');
});

function dryRun(args: readonly string[], input?: string) {
  const strict = ['--dry-run=server', '--validate=strict', '--field-manager=test', '--force-conflicts'];
  return kubectl(['apply', '--server-side', ...strict, ...args], input === undefined ? {} : { input });
}
