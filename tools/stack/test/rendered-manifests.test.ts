import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadStack } from '../src/read/load-stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const loaded = await loadStack(root);
if (!loaded.ok) throw new Error('services.yaml is not valid');
const { services, backing } = loaded.stack;
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
}

function render(overlay: string): Manifest[] {
  const text = execFileSync('kubectl', ['kustomize', resolve(root, 'infra/k8s/overlays', overlay)], {
    encoding: 'utf8',
  });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

beforeEach((context) => {
  if (!hasKubectl) context.skip('kubectl is not on the PATH');
});

describe.each([
  { overlay: 'dev', user: 1000, stores: backing.map(({ name }) => name), readOnlyRootFilesystem: false },
  { overlay: 'prod', user: 65_532, stores: [], readOnlyRootFilesystem: true },
])('the overlay $overlay, as kubectl applies it', ({ overlay, user, stores, readOnlyRootFilesystem }) => {
  const manifests = hasKubectl ? render(overlay) : [];
  const namesOf = (kind: string) => manifests.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name);
  const find = (kind: string, name: string) =>
    manifests.find((each) => each.kind === kind && each.metadata.name === name);

  test('has the whole shape for each service', () => {
    const names = services.map(({ name }) => name).sort();
    for (const kind of ['Deployment', 'ServiceAccount', 'PodDisruptionBudget'])
      expect(namesOf(kind).sort()).toEqual(names);
    expect(namesOf('Service')).toEqual(expect.arrayContaining([...names, ...stores]));
    expect(namesOf('StatefulSet')).toEqual(stores);
  });

  test.each(services)('$name is named, connected and patched', ({ name, port, adminPort }) => {
    const own = { 'app.kubernetes.io/name': name };
    const environment = namesOf('ConfigMap').find((each) => each.startsWith(`${name}-`) && each !== `${name}-live`);
    expect(find('Deployment', name)?.spec).toMatchObject({
      selector: { matchLabels: own },
      template: {
        metadata: { labels: own },
        spec: {
          serviceAccountName: name,
          securityContext: { runAsUser: user, runAsGroup: user, fsGroup: user },
          containers: [
            {
              image: expect.stringMatching(`/${name}(:|@|$)`),
              ports: [
                { name: 'http', containerPort: port },
                { name: 'admin', containerPort: adminPort },
              ],
              envFrom: [
                { configMapRef: { name: expect.stringMatching(/^stack-\w+$/) } },
                { configMapRef: { name: environment } },
              ],
              securityContext: { readOnlyRootFilesystem },
            },
          ],
          volumes: expect.arrayContaining([
            expect.objectContaining({ name: 'secrets', secret: expect.objectContaining({ secretName: name }) }),
            expect.objectContaining({ name: 'live', configMap: { name: `${name}-live`, optional: true } }),
          ]),
        },
      },
    });
    expect(find('Service', name)?.spec).toMatchObject({
      selector: own,
      ports: [
        { name: 'http', port },
        { name: 'admin', port: adminPort },
      ],
    });
    expect(find('PodDisruptionBudget', name)?.spec).toMatchObject({ selector: { matchLabels: own } });
  });

  test.each(services)('$name has more time to stop than it takes', ({ name }) => {
    const { spec } = find('Deployment', name)?.spec['template'] as {
      spec: { terminationGracePeriodSeconds: number; containers: { env: { name: string; value: string }[] }[] };
    };
    const value = (variable: string) => Number(spec.containers[0]?.env.find(({ name }) => name === variable)?.value);
    const needed = value('SHUTDOWN_DELAY_MS') + value('DRAIN_TIMEOUT_MS');
    expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(needed);
  });
});

test("in production replicas are the autoscalers', and spread", () => {
  const manifests = render('prod');
  for (const { name } of services) {
    const autoscaler = manifests.find(
      ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name === name,
    );
    expect(autoscaler?.spec).toMatchObject({ minReplicas: 2, scaleTargetRef: { kind: 'Deployment', name } });
    const deployment = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
    expect(deployment?.spec).not.toHaveProperty('replicas');
    expect(deployment?.spec).toMatchObject({ template: { spec: { topologySpreadConstraints: [{ maxSkew: 1 }] } } });
  }
});
