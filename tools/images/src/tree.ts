import { lookupPaths, type LockedPackage, type LockedPackages } from './lockfile.ts';

/** A rearranged tree, and where each package of the tree before is now. */
export interface Rearranged {
  packages: LockedPackages;
  places: (path: string) => readonly string[];
}

/** The entry at `path` and those nested in it, moved to each of `targets`; `undefined` when another version is there. */
export function move(tree: LockedPackages, path: string, targets: readonly string[]): Rearranged | undefined {
  const places = (each: string): string[] =>
    each === path || each.startsWith(`${path}/`) ? targets.map((target) => target + each.slice(path.length)) : [each];
  const packages: Record<string, LockedPackage> = {};
  for (const [before, entry] of Object.entries(tree)) {
    for (const now of places(before)) {
      const there = packages[now];
      if (there !== undefined && (there.version !== entry.version || there['integrity'] !== entry['integrity'])) return;
      const { optional, ...rest } = entry;
      // Of two copies, one that something cannot do without makes both of them required.
      packages[now] = optional === true && (there?.optional ?? true) ? entry : rest;
    }
  }
  return { packages, places };
}

/** True when every package still finds the versions that were locked for it. */
export function sameVersions(tree: LockedPackages, { packages, places }: Rearranged): boolean {
  return Object.entries(tree).every(([path, entry]) =>
    needs(entry).every((name) => {
      const before = version(tree, path, name);
      return places(path).every((place) => version(packages, place, name) === before);
    }),
  );
}

/** The packages that find `target` when they look for what it is named. */
export function usersOf(tree: LockedPackages, target: string): string[] {
  const name = target.slice(target.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return Object.entries(tree)
    .filter(([path, entry]) => needs(entry).includes(name) && find(tree, path, name) === target)
    .map(([path]) => path);
}

function needs(entry: LockedPackage): string[] {
  return Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies });
}

function find(tree: LockedPackages, path: string, name: string): string | undefined {
  return lookupPaths(path, name).find((candidate) => tree[candidate] !== undefined);
}

function version(tree: LockedPackages, path: string, name: string): string | undefined {
  const found = find(tree, path, name);
  return found === undefined ? undefined : (tree[found]?.version ?? found);
}
