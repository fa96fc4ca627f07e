import { existsSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { unreachable, type InstalledPackage } from './dual-packages.ts';
import type { ImportKind } from './imports.ts';
import { isWorkspace, type LockedPackages } from './lockfile.ts';
import { isNeverLoaded } from './never-loaded.ts';

// node --experimental-import-meta-resolve slim.ts <root>: deletes from <root>/node_modules what production never loads.
const root = realpathSync(process.argv[2] ?? '.');
const { packages: locked } = readJson(join(root, 'package-lock.json')) as { packages: LockedPackages };

const entries = ['.', ...Object.keys(locked).filter(isWorkspace)]
  .map((folder) => join(root, folder, 'node_modules'))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));

const kept: string[] = [];
for (const entry of entries.filter((each) => each.isFile())) {
  const file = join(entry.parentPath, entry.name);
  const folder = packageFolder(file);
  if (folder === undefined || isNeverLoaded(nameOf(folder), relative(folder, file))) rmSync(file);
  else kept.push(file);
}

const installed = Map.groupBy(
  kept.filter((file) => /\.[cm]?js$/.test(file)),
  (file) => packageFolder(file) ?? '',
);
const tree = [...installed].map(([folder, files]): InstalledPackage => {
  const { exports } = readJson(join(folder, 'package.json')) as { exports?: unknown };
  return { exports, files };
});
for (const file of unreachable(tree, direct(), (path) => readFileSync(path, 'utf8'), resolve)) rmSync(file);

// The deepest first: what held only files that went, goes too.
const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
for (const folder of folders.sort((a, b) => b.length - a.length)) {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** The folder of the package that a file belongs to, by the lockfile: tests of packages have a `node_modules` too. */
function packageFolder(file: string): string | undefined {
  for (let folder = dirname(file); folder !== root; folder = dirname(folder)) {
    if (relative(root, folder) in locked) return folder;
  }
  return undefined;
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The sources of the workspace packages are not here; what their manifests name is what they import. */
function direct(): string[] {
  return Object.entries(locked).flatMap(([path, { dependencies = {} }]) => {
    if (!isWorkspace(path)) return [];
    return Object.keys(dependencies).flatMap((name) => resolve(name, join(root, path, 'package.json'), 'import') ?? []);
  });
}

function resolve(specifier: string, from: string, kind: ImportKind): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  try {
    if (kind === 'require') return createRequire(from).resolve(specifier);
    return fileURLToPath(import.meta.resolve(specifier, pathToFileURL(from)));
  } catch {
    return undefined;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
