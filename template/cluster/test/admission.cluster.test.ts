import { beforeAll, describe, expect, it } from 'vitest';
import { namespaces } from '../src/overlay.ts';
import { hasCluster, keel, kubectl, needsCluster } from './cluster.ts';
import { restrictedPod } from './restricted-pod.ts';

needsCluster();

describe.each(Object.values(namespaces))('the namespace %s', (namespace) => {
  beforeAll(() => (hasCluster ? keel('cluster', 'secrets', '--namespace', namespace) : undefined));

  const apply = (pod: object) =>
    kubectl(['apply', '--namespace', namespace, '--dry-run=server', '--filename=-'], { input: JSON.stringify(pod) });
  const { spec, ...rest } = restrictedPod('asks');
  const [container] = spec.containers;
  const inContainer = (asks: object) => ({
    ...rest,
    spec: { ...spec, containers: [{ ...container, securityContext: { ...container.securityContext, ...asks } }] },
  });

  it('accepts a pod that asks for nothing', () => apply({ ...rest, spec }));

  it.each([
    ['root', inContainer({ runAsUser: 0 }), /runAsUser=0/],
    ['a capability', inContainer({ capabilities: { add: ['NET_ADMIN'] } }), /must not include "NET_ADMIN"/],
    ['more privileges', inContainer({ privileged: true, allowPrivilegeEscalation: true }), /privileged/],
    [
      'a path of its node',
      { ...rest, spec: { ...spec, volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] } },
      /restricted volume type "hostPath"/,
    ],
    ["its node's network", { ...rest, spec: { ...spec, hostNetwork: true } }, /hostNetwork=true/],
  ])('refuses a pod that asks for %s', async (_, pod, reason) => {
    const refused = apply(pod);
    await expect(refused).rejects.toThrow('violates PodSecurity "restricted:v1.37"');
    await expect(refused).rejects.toThrow(reason);
  });
});
