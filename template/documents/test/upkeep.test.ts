import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { withoutComments } from '@evenkeel/stack';

const root = resolve(import.meta.dirname, '../../..');
const read = (file: string): Promise<string> => readFile(resolve(root, file), 'utf8');

const manifest = z
  .object({
    devEngines: z.object({ runtime: z.object({ version: z.string() }) }),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(await read('package.json')));
const renovate = z
  .object({
    packageRules: z.array(
      z.object({
        matchPackageNames: z.array(z.string()).default([]),
        groupName: z.string().default(''),
        allowedVersions: z.string().optional(),
      }),
    ),
    customManagers: z.array(z.object({ managerFilePatterns: z.array(z.string()), matchStrings: z.array(z.string()) })),
  })
  .parse(JSON.parse(await read('renovate.json')));

test('the packages of the pinned Node, .node-version and devEngines agree on one version', async () => {
  const version = (await read('.node-version')).trim();
  const platforms = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));
  expect(platforms).toHaveLength(4);
  expect(platforms.filter(([, each]) => each !== version)).toEqual([]);
  expect(manifest.devEngines.runtime.version).toBe(version);
});

test('Renovate updates the packages of the pinned Node together', () => {
  const group = renovate.packageRules.find(({ groupName }) => groupName === 'Node');
  expect(group?.matchPackageNames.toSorted()).toEqual(
    ['node', ...Object.keys(manifest.optionalDependencies)].toSorted(),
  );
});

test("Renovate's patterns match in their files", async () => {
  for (const { managerFilePatterns, matchStrings } of renovate.customManagers) {
    const files = managerFilePatterns.map((pattern) => pattern.replace(/^\/\^|\$\/$|\\/g, ''));
    for (const file of files) {
      const text = await read(file);
      const found = matchStrings.flatMap((each) =>
        [...text.matchAll(new RegExp(each, 'g'))].map(({ groups }) => groups),
      );
      expect(found.length, file).toBeGreaterThan(0);
      for (const groups of found)
        expect(groups).toMatchObject({
          depName: expect.stringMatching(/^[a-z/-]+$/),
          currentValue: expect.stringMatching(/^v?\d/),
        });
    }
  }
});

test('Renovate updates every image name, and no PostgreSQL image to another major version', async () => {
  const images = async (file: string): Promise<string[]> => {
    const managers = renovate.customManagers.filter(({ managerFilePatterns }) =>
      managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
    );
    const text = await read(file);
    const patterns = managers.flatMap(({ matchStrings }) => matchStrings).map((each) => new RegExp(each, 'g'));
    const found = patterns.flatMap((each) => [...text.matchAll(each)]);
    return found.map(({ groups }) => `${groups?.['depName']}:${groups?.['currentValue']}`).toSorted();
  };
  const [node] = await images('infra/docker/Dockerfile');
  const stores = await images('services.yaml');
  expect(stores).toHaveLength(2);
  expect(await images('infra/docker/docker-bake.hcl')).toEqual([node]);
  expect(await images('docker-compose.dev.yml')).toEqual([node, ...stores].toSorted());
  const manifests = ['postgres', 'redis'].map((store) => `infra/k8s/components/stores/${store}/stateful-set.yaml`);
  expect((await Promise.all(manifests.map(images))).flat()).toEqual(stores);
  const registry = await images('tools/keel/src/cluster/cluster-place.ts');
  const observability = await images('docker-compose.observability.yml');
  expect(observability).toHaveLength(7);
  expect(await images('infra/observability/workloads.yaml')).toEqual(observability);
  expect(await images('.env.example')).toEqual([node, ...stores, ...registry, ...observability].toSorted());

  const rule = renovate.packageRules.find(({ groupName }) => groupName === 'PostgreSQL');
  const allowed = new RegExp(rule?.allowedVersions?.slice(1, -1) ?? '');
  const [tag = ''] = stores.flatMap((store) => /^postgres:(.*)$/.exec(store)?.[1] ?? []);
  const [, data] = /PGDATA: \S+\/(\d+)$/m.exec(await read('docker-compose.dev.yml')) ?? [];
  const versions = [tag, `${data}.10.0-beta.17`, `${Number(data) + 1}`];
  expect(versions.map((version) => allowed.test(version))).toEqual([true, true, false]);
});

interface Workflow {
  permissions: unknown;
  jobs: Record<string, { steps: { uses?: string; run?: string }[]; permissions?: unknown }>;
}
const workflows = await Promise.all(
  globSync('.github/workflows/*.yml', { cwd: root }).map(
    async (file) => [file, parse(await read(file)) as Workflow] as const,
  ),
);

test.each(workflows)('%s has read-only permissions by default and pinned actions', (_, { permissions, jobs }) => {
  expect(permissions).toEqual({ contents: 'read' });
  const actions = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(actions.filter((uses) => !/@v\d+\.\d+\.\d+$/.test(uses))).toEqual([]);
});

test('CI runs the commands of the README, without further permissions', () => {
  const { jobs } = Object.fromEntries(workflows)['.github/workflows/ci.yml'] as Workflow;
  for (const job of Object.values(jobs)) {
    expect(job.permissions).toBeUndefined();
    expect(job.steps.at(-1)?.run).toBe('npm run ${{ matrix.script }}');
  }
});

test('the Dev Container installs a Docker package that exists for its Debian release', async () => {
  const { image, features } = z
    .object({ image: z.string(), features: z.record(z.string(), z.object({ moby: z.boolean().default(true) })) })
    .parse(JSON.parse(withoutComments(await read('.devcontainer/devcontainer.json'))));
  const docker = Object.entries(features).find(([name]) => name.includes('/docker-in-docker:'));
  expect(docker?.[1].moby).toBe(!/trixie/.test(image));
});
