import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { affectedBy, loadPackageGraph, type PackageGraph } from '@evenkeel/stack';
import { afterAll, expect, it } from 'vitest';
import { runNode } from '../src/process/run-node.ts';
import { readStackFile } from '../src/stack/stack-file.ts';
import { ROOT } from './keel-process.ts';

const graph = await loadPackageGraph(ROOT);
const stack = await readStackFile(ROOT);
// What Nx works out is kept apart from what it knows of this clone: nobody else's run is waited for.
const data = await mkdtemp(join(tmpdir(), 'keel-nx-'));
afterAll(() => rm(data, { recursive: true }));

// Files that services run. What all tests run on (tools/testing, vitest.config.ts) affects for Nx all tests as well.
it.each([
  'libs/errors/src/app-error.ts',
  'libs/tokens/src/verifier.ts',
  'libs/redis/src/client.ts',
  ...globSync('apps/*/*.yaml', { cwd: ROOT }),
])('nx affected and keel restart agree on what a change of %s affects', async (path) => {
  const affected = await affectedForNx(path);
  const inFolder = (parent: string) => affected.filter((folder) => folder.startsWith(parent)).sort();
  const owner = graph.packages.find(({ folder }) => path.startsWith(`${folder}/`));
  expect([...inFolder('apps/'), ...inFolder('libs/')]).toEqual(usersOf(owner?.name ?? '', graph));
  const services = stack.services.filter(({ name }) => affected.includes(`apps/${name}`));
  expect(services.map(({ name }) => name)).toEqual(affectedBy(path, stack, graph).services);
  // Their tests read the whole repository (nx.json).
  expect(inFolder('tools/')).toEqual(expect.arrayContaining(allFolders('tools/').filter((each) => !isForTests(each))));
});

it('nx affected and keel restart agree that the lockfile affects all', async () => {
  expect((await affectedForNx('package-lock.json')).sort()).toEqual(allFolders(''));
  expect(affectedBy('package-lock.json', stack, graph).services).toEqual(stack.services.map(({ name }) => name));
});

/** The folders of the projects that Nx takes for affected when this file has changed. */
async function affectedForNx(path: string): Promise<string[]> {
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  const env = { ...Object.fromEntries(outer), NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: data };
  const args = ['node_modules/nx/dist/bin/nx.js', 'show', 'projects', '--affected', `--files=${path}`, '--json'];
  const run = await runNode(args, { env, cwd: ROOT, signal: AbortSignal.timeout(50_000) });
  if (run.code !== 0) throw new Error(`${run.stdout}${run.stderr}`);
  const folders = new Map(graph.packages.map(({ name, folder }) => [name, folder]));
  return (JSON.parse(run.stdout) as string[]).map((name) => folders.get(name) ?? name);
}

function allFolders(parent: string): string[] {
  return graph.packages.map(({ folder }) => folder).filter((folder) => folder.startsWith(parent));
}

/** Tools for tests are affected by their own dependencies only; otherwise every change would affect all their users. */
function isForTests(folder: string): boolean {
  return readFileSync(join(ROOT, folder, 'package.json'), 'utf8').includes('"for:tests"');
}

/** The folders of a package and of all apps and libs that use it, their tests included, over any number of steps. */
function usersOf(name: string, { packages }: PackageGraph): string[] {
  const users = new Set([name]);
  for (let before = 0; before !== users.size;) {
    before = users.size;
    for (const each of packages) {
      if ([...each.dependencies, ...each.devDependencies].some((used) => users.has(used))) users.add(each.name);
    }
  }
  return packages
    .filter((each) => users.has(each.name) && /^(apps|libs)\//.test(each.folder))
    .map(({ folder }) => folder);
}
