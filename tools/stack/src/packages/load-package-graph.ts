import { glob, readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { z } from 'zod';
import type { PackageGraph, WorkspacePackage } from './package-graph.ts';

const names = z.record(z.string(), z.string()).default({});
const rootManifest = z.object({ workspaces: z.array(z.string()) });
const manifest = z.object({
  name: z.string(),
  dependencies: names,
  optionalDependencies: names,
  devDependencies: names,
  nx: z.object({ tags: z.array(z.string()).default([]) }).default({ tags: [] }),
});

/** Reads the `package.json` of the root and of every workspace. Dependencies outside the workspace are left out. */
export async function loadPackageGraph(root: string): Promise<PackageGraph> {
  const { workspaces } = rootManifest.parse(await readJson(join(root, 'package.json')));
  const files: string[] = [];
  for await (const file of glob(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  ))
    files.push(file);

  const found = await Promise.all(
    files.sort().map(async (file) => ({
      folder: dirname(file).split(sep).join('/'),
      ...manifest.parse(await readJson(join(root, file))),
    })),
  );
  const known = new Set(found.map(({ name }) => name));
  const ours = (dependencies: Record<string, string>): string[] =>
    Object.keys(dependencies).filter((name) => known.has(name));
  const packages = found.map((each): WorkspacePackage => ({
    name: each.name,
    folder: each.folder,
    dependencies: ours({ ...each.dependencies, ...each.optionalDependencies }),
    devDependencies: ours(each.devDependencies),
    tags: each.nx.tags,
  }));
  return { packages };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}
