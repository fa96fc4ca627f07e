import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { withoutComments } from '../src/parity/without-comments.ts';

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
      z.object({ matchPackageNames: z.array(z.string()).default([]), groupName: z.string().default('') }),
    ),
    customManagers: z.array(z.object({ managerFilePatterns: z.array(z.string()), matchStrings: z.array(z.string()) })),
  })
  .parse(JSON.parse(await read('renovate.json')));

test('every package of the pinned Node, .node-version and devEngines name one version', async () => {
  const version = (await read('.node-version')).trim();
  const platforms = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));
  expect(platforms).toHaveLength(4);
  expect(platforms.filter(([, each]) => each !== version)).toEqual([]);
  expect(manifest.devEngines.runtime.version).toBe(version);
});

test('Renovate moves the packages of the pinned Node together', () => {
  const group = renovate.packageRules.find(({ groupName }) => groupName === 'Node');
  expect(group?.matchPackageNames.toSorted()).toEqual(
    ['node', ...Object.keys(manifest.optionalDependencies)].toSorted(),
  );
});

test("Renovate's patterns find what they are for", async () => {
  for (const { managerFilePatterns, matchStrings } of renovate.customManagers) {
    const file = managerFilePatterns[0]?.replace(/^\/\^|\$\/$|\\/g, '') ?? '';
    const found = [...(await read(file)).matchAll(new RegExp(matchStrings[0] ?? '', 'g'))].map(({ groups }) => groups);
    expect(found.length, file).toBeGreaterThan(0);
    for (const groups of found)
      expect(groups).toMatchObject({
        depName: expect.stringMatching(/^[a-z/]+$/),
        currentValue: expect.stringMatching(/^\d/),
      });
  }
});

test('the workflow runs the commands of the README with no more rights than reading, on pinned actions', async () => {
  const workflow = parse(await read('.github/workflows/ci.yml')) as {
    permissions: unknown;
    jobs: Record<string, { steps: { uses?: string; run?: string }[]; permissions?: unknown }>;
  };
  expect(workflow.permissions).toEqual({ contents: 'read' });
  for (const job of Object.values(workflow.jobs)) {
    expect(job.permissions).toBeUndefined();
    for (const { uses } of job.steps) if (uses !== undefined) expect(uses).toMatch(/@v\d+\.\d+\.\d+$/);
    expect(job.steps.at(-1)?.run).toBe('npm run ${{ matrix.script }}');
  }
});

test('the Dev Container installs a Docker that its Debian has', async () => {
  const { image, features } = z
    .object({ image: z.string(), features: z.record(z.string(), z.object({ moby: z.boolean().default(true) })) })
    .parse(JSON.parse(withoutComments(await read('.devcontainer/devcontainer.json'))));
  const docker = Object.entries(features).find(([name]) => name.includes('/docker-in-docker:'));
  expect(docker?.[1].moby).toBe(!/trixie/.test(image));
});
