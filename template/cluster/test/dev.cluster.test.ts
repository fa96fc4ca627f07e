import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  edit,
  launchConfiguration,
  live,
  passesAcceptance,
  root,
  rotateUnderLoad,
  stopsAtItsLine,
  underLoad,
} from '@evenkeel/containers';
import { beforeAll, expect, it, vi } from 'vitest';
import {
  baseUrl,
  cluster,
  deploy,
  hasCluster,
  keel,
  kubectlIn,
  needsCluster,
  pods,
  secret,
  services,
  stack,
  stores,
} from './cluster.ts';
import { portForward } from './port-forward.ts';
import { keepRegistering } from './registering.ts';
import { openLiveRoutes } from './reload.ts';
import { losesNoRequest } from './restart-under-load.ts';

needsCluster();
beforeAll(() => (hasCluster ? deploy('dev') : undefined));

it('keeps all promises of the API', async () =>
  passesAcceptance(baseUrl, await secret('dev', 'user-service', 'admin_password')));

it.each(services)('rolls out %s without a failed request', (service) => losesNoRequest('dev', service));

it.each([...services, ...stores])('comes back when the pod of %s is killed, and loses nothing', async (name) => {
  const { people, losses } = keepRegistering(baseUrl);
  const moreThan = (count: number) =>
    vi.waitFor(() => expect(people.length).toBeGreaterThan(count), { timeout: 120_000, interval: 50 });
  await moreThan(5);
  const [killed] = (await pods('dev', name)).map(({ metadata }) => metadata);
  const begun = performance.now();
  await kubectlIn('dev', 'delete', 'pod', killed?.name ?? '', '--grace-period=0', '--force', '--wait=false');
  const isBack = async () => {
    const found = await pods('dev', name);
    expect(found.map(({ metadata }) => metadata.uid)).not.toContain(killed?.uid);
    expect(found.map(({ status }) => status.conditions?.find(({ type }) => type === 'Ready')?.status)).toEqual([
      'True',
    ]);
  };
  await vi.waitFor(isBack, { timeout: 120_000, interval: 200 });
  await moreThan(people.length);
  console.log(`the pod of ${name} killed: back and serving after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  expect(await losses()).toEqual([]);
});

it('applies changed routes to the pod that runs, and says why it refuses bad ones', async () => {
  await using live = await openLiveRoutes();
  const before = await pods('dev');
  const load = underLoad([{ url: `${baseUrl}/.well-known/jwks.json` }]);
  const [good, { version }] = [await live.routes(), await live.config()];
  const changed = good.replace(/requests: (\d+)/, (_, limit) => `requests: ${Number(limit) - 1}`);
  const [applied, refused] = [
    await live.apply(changed, (config) => config.version !== version),
    await live.apply('routes:\n  - prefix: [', ({ error }) => error !== undefined),
  ];
  console.log(
    `routes changed: in force after ${Math.round(applied)} ms, bad ones refused after ${Math.round(refused)} ms`,
  );
  expect(await live.config()).toMatchObject({ error: expect.stringMatching(/^\/etc\/evenkeel\/routes\.yaml:2: /) });
  await vi.waitFor(
    async () => expect(await live.metrics()).toMatch(/\{service="api-gateway",outcome="refused"\} 1$/m),
    {
      timeout: 60_000,
    },
  );
  await live.apply(good, (config) => config.version === version && config.error === undefined);
  expect((await load.stop()).failed).toEqual([]);
  expect((await pods('dev')).map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
});

it('rotates the signing key while users are signed in', async () => {
  const before = await pods('dev');
  // The kubelet and the reloader may be slow here.
  const rotate = () => keel('keys', 'rotate', '--runtime=k8s', '--publish-seconds=15');
  expect((await rotateUnderLoad(baseUrl, rotate)).failed).toEqual([]);
  expect((await pods('dev')).map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
});

it('stops at a TypeScript line of a service in a pod, and again after a live update', async () => {
  const { remoteRoot = '' } = launchConfiguration(stack, 'api-gateway (container)');
  const gateway = stack.services.find(({ name }) => name === 'api-gateway');
  // What the editor shows and a live update copies; the clone itself stays as it is.
  const folder = mkdtempSync(join(cluster.folder, 'sources-'));
  const source = join('apps', 'api-gateway', 'src');
  cpSync(join(root, source), join(folder, source), { recursive: true });
  const [pod] = await pods('dev', 'api-gateway');
  await using forward = await portForward('dev', `pod/${pod?.metadata.name}`, gateway?.debugPort ?? 0);
  const target = { port: forward.port, folder, remoteRoot, baseUrl };
  await stopsAtItsLine(target);
  edit(folder, 'edited');
  const [from, to] = [join(folder, source, 'gateway.ts'), join(remoteRoot, source, 'gateway.ts')];
  await kubectlIn('dev', 'cp', from, `${pod?.metadata.name}:${to}`);
  await live(baseUrl, 'edited');
  await stopsAtItsLine(target);
  expect((await pods('dev', 'api-gateway')).map(({ metadata }) => metadata.uid)).toEqual([pod?.metadata.uid]);
});
