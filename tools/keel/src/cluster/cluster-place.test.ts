import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkspace } from '../workspace.ts';
import { clusterPlace } from './cluster-place.ts';

let home: string;
let root: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'keel-cluster-'));
  root = join(home, 'My_Shop');
  await mkdir(join(root, 'infra/kind'), { recursive: true });
  const mapping = '{ containerPort: 30080, hostPort: 8080, listenAddress: 127.0.0.1 }';
  await writeFile(
    join(root, 'infra/kind/cluster.yaml'),
    `nodes:\n  - image: kindest/node:v1\n    extraPortMappings: [${mapping}]\n`,
  );
});
afterAll(() => rm(home, { recursive: true }));

it('is named after the folder of the clone', async () => {
  const place = await clusterPlace(openWorkspace(root, {}));
  expect(place.name).toMatch(/^my-shop-[0-9a-f]{4}$/);
  expect(place).toMatchObject({
    context: `kind-${place.name}`,
    hostPorts: [8080],
    nodeImage: 'kindest/node:v1',
    registry: { container: `${place.name}-registry`, image: 'registry:2', port: 5001 },
  });
});

it('is another one for a clone in a folder of the same name', async () => {
  const other = join(home, 'elsewhere', 'My_Shop');
  await cp(root, other, { recursive: true });
  const [mine, its] = await Promise.all([root, other].map((folder) => clusterPlace(openWorkspace(folder, {}))));
  expect(mine?.name).not.toBe(its?.name);
});

it('moves with PORT_OFFSET, and is another one then', async () => {
  const place = await clusterPlace(openWorkspace(root, { PORT_OFFSET: '100' }));
  expect(place).toMatchObject({ name: expect.stringMatching(/-100$/), hostPorts: [8180], registry: { port: 5101 } });
  expect(place.config).toContain('{ containerPort: 30080, hostPort: 8180, listenAddress: 127.0.0.1 }');
});

it('takes its images from a mirror', async () => {
  const mirrored = await clusterPlace(openWorkspace(root, { REGISTRY: 'mirror/' }));
  expect(mirrored).toMatchObject({ nodeImage: 'mirror/kindest/node:v1', registry: { image: 'mirror/registry:2' } });
  const chosen = await clusterPlace(openWorkspace(root, { REGISTRY: 'mirror/', KIND_NODE_IMAGE: 'ours/node:v1' }));
  expect(chosen).toMatchObject({ nodeImage: 'ours/node:v1' });
});
