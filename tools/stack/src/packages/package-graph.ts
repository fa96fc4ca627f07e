import { glob, readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { z } from 'zod';

/** A workspace package, by its folder (relative to the root, with `/`) and the workspace packages it uses. */
export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  /** What it needs to run. */
  readonly dependencies: readonly string[];
  /** What only its tests and its build need. */
  readonly devDependencies: readonly string[];
  readonly tags: readonly string[];
}

/** All packages of the workspace. */
export interface PackageGraph {
  readonly packages: readonly WorkspacePackage[];
}

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
  const patterns = workspaces.map((pattern) => `${pattern}/package.json`);
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: root })) files.push(file);

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

/** The package itself and everything it needs to run, over any number of steps. */
export function runtimeClosure(graph: PackageGraph, name: string): Set<string> {
  const reached = new Set([name]);
  // Grows while it is walked.
  for (const next of reached) {
    graph.packages.find((each) => each.name === next)?.dependencies.forEach((each) => reached.add(each));
  }
  return reached;
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}
