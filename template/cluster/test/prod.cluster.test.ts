import { join } from 'node:path';
import { passesAcceptance } from '@evenkeel/containers';
import { beforeAll, expect, it } from 'vitest';
import { baseUrl, cluster, deploy, hasCluster, kubectl, needsCluster, pods, secret, services } from './cluster.ts';
import { losesNoRequest } from './restart-under-load.ts';

needsCluster();
beforeAll(() => (hasCluster ? deploy('prod') : undefined));

it('runs two replicas of each service, with images by digest', async () => {
  for (const service of services) {
    const images = (await pods('prod', service)).flatMap(({ spec }) => spec.containers.map(({ image }) => image));
    expect(images).toEqual([cluster.images.prod[service], cluster.images.prod[service]]);
  }
});

it('keeps all promises of the API', async () =>
  passesAcceptance(baseUrl, await secret('prod', 'user-service', 'admin_password')));

it('differs in nothing from what was applied', async () => {
  const { stdout } = await kubectl(['diff', '--server-side', '--kustomize', join(cluster.folder, 'prod')]);
  expect(stdout).toBe('');
});

it.each(services)('rolls out %s without a failed request', (service) => losesNoRequest('prod', service));
