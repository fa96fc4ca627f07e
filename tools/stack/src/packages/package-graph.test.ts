import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPackageGraph } from './package-graph.ts';

test('reads every workspace and leaves out what the registry provides', async () => {
  const root = await mkdtemp(join(tmpdir(), 'package-graph-'));
  const write = async (folder: string, manifest: object): Promise<void> => {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, 'package.json'), JSON.stringify(manifest));
  };
  try {
    await write('.', { workspaces: ['apps/*', 'libs/*'] });
    await write('libs/b', { name: '@x/b', nx: { tags: ['type:lib'] } });
    await write('libs/t', { name: '@x/t' });
    const needs = { dependencies: { '@x/b': '*', zod: '4.0.0' }, devDependencies: { '@x/t': '*', vitest: '5.0.0' } };
    await write('apps/a', { name: '@x/a', ...needs });
    expect(await loadPackageGraph(root)).toEqual({
      packages: [
        { name: '@x/a', folder: 'apps/a', dependencies: ['@x/b'], devDependencies: ['@x/t'], tags: [] },
        { name: '@x/b', folder: 'libs/b', dependencies: [], devDependencies: [], tags: ['type:lib'] },
        { name: '@x/t', folder: 'libs/t', dependencies: [], devDependencies: [], tags: [] },
      ],
    });
  } finally {
    await rm(root, { recursive: true });
  }
});
