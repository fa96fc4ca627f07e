import { closure } from './closure.ts';
import { hoist } from './hoist.ts';
import { isWorkspace, type LockedPackage, type LockedPackages } from './lockfile.ts';

/** A workspace that has nothing but what some packages need: its files by path. */
export type SubsetFiles = ReadonlyMap<string, unknown>;

/**
 * The part of a lockfile that `roots` need to run, with the manifests that `npm ci` wants beside it. Each version and
 * each integrity is the one that was locked. Nothing else of the repository is in it, so that the result changes only
 * when what the roots install does: a layer made from it stays when another service gains a dependency.
 *
 * @param roots folders of workspace packages (`apps/user-service`) or names of dependencies of the root (`typescript`)
 */
export function subset(packages: LockedPackages, roots: readonly string[]): SubsetFiles {
  const folders = roots.filter((root) => isWorkspace(root) && packages[root] !== undefined);
  const names = roots.filter((root) => !folders.includes(root));
  const starts = [...folders, ...names.map((name) => `node_modules/${name}`)];
  const required = closure(packages, starts, false);
  const entries: Record<string, LockedPackage> = {};
  for (const path of [...closure(packages, starts, true)].sort()) {
    entries[path] = isWorkspace(path) ? manifest(packages[path]) : locked(packages[path], !required.has(path));
  }
  // A workspace package is found by its link in node_modules, also one that nothing else in the subset depends on.
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.link === true && entry.resolved !== undefined && entry.resolved in entries) entries[path] = entry;
  }

  const workspaces = Object.keys(entries).filter(isWorkspace);
  const versions = names.map((name) => [name, packages[`node_modules/${name}`]?.version ?? '*']);
  const root = {
    name: 'evenkeel',
    ...(workspaces.length === 0 ? {} : { workspaces }),
    ...(versions.length === 0 ? {} : { dependencies: Object.fromEntries(versions) as Record<string, string> }),
  };
  const lockfile = { name: root.name, lockfileVersion: 3, requires: true, packages: { '': root, ...hoist(entries) } };
  return new Map<string, unknown>([
    ['package.json', { ...root, private: true }],
    ['package-lock.json', lockfile],
    ...workspaces.map((folder): [string, unknown] => [`${folder}/package.json`, entries[folder]]),
  ]);
}

/** What matters for an install: a new version or a new script of a library must not make a new layer. */
function manifest(entry: LockedPackage = {}): LockedPackage {
  const { name, dependencies, optionalDependencies, peerDependencies } = entry;
  return JSON.parse(JSON.stringify({ name, dependencies, optionalDependencies, peerDependencies })) as LockedPackage;
}

/** Whether something is optional, or only for development, depends on what else is installed. */
function locked(entry: LockedPackage = {}, optional: boolean): LockedPackage {
  const { dev, devOptional, peer, optional: before, ...rest } = entry;
  return optional ? { ...rest, optional } : rest;
}
