import { expect, it } from 'vitest';
import { cluster, keel, kubectl, needsCluster } from './cluster.ts';

needsCluster();

it('./keel cluster up changes nothing of a cluster that is up', async () => {
  const identity = async () => {
    const uids = [
      'get',
      'nodes,namespaces,secrets,pods',
      '--all-namespaces',
      '--output=jsonpath={.items[*].metadata.uid}',
    ];
    return (await kubectl(uids)).stdout.split(' ').sort();
  };
  const before = await identity();
  const begun = performance.now();
  expect(await keel('cluster', 'up')).toContain(`The cluster kind-${cluster.name} is up`);
  console.log(`cluster up, again: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  expect(await identity()).toEqual(expect.arrayContaining(before));
});

it('./keel cluster status says where everything is', async () => {
  const status = await keel('cluster', 'status');
  expect(status).toMatch(new RegExp(`^${cluster.name}-control-plane +Ready `, 'm'));
  expect(status).toContain(`gateway   http://127.0.0.1:${cluster.entrancePort}`);
});
