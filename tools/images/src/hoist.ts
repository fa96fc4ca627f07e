import { isWorkspace, type LockedPackages } from './lockfile.ts';
import { move, sameVersions, usersOf } from './tree.ts';

/**
 * Moves nested packages up to the root's `node_modules` where everything still finds the version that was locked for
 * it. They were nested because of packages that are not in this subset, and several copies of one version become one.
 *
 * What is nested in a workspace package goes first, and what stands in its way moves down to those that use it: then the
 * folders of workspace packages hold nothing but sources, and can be mounted into a container without hiding anything.
 */
export function hoist(packages: LockedPackages): LockedPackages {
  let tree = packages;
  for (const path of Object.keys(packages).filter(isNested).sort(workspacesFirst)) {
    const target = path.slice(path.lastIndexOf('node_modules/'));
    if (tree[path] === undefined) continue;
    tree = moveUp(tree, path, target) ?? moveUp(makeRoom(tree, path, target), path, target) ?? tree;
  }
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function moveUp(tree: LockedPackages | undefined, path: string, target: string): LockedPackages | undefined {
  if (tree === undefined) return undefined;
  const moved = move(tree, path, [target]);
  return moved !== undefined && sameVersions(tree, moved) ? moved.packages : undefined;
}

function makeRoom(tree: LockedPackages, path: string, target: string): LockedPackages | undefined {
  if (path.startsWith('node_modules/')) return undefined;
  const users = usersOf(tree, target);
  if (users.some(isWorkspace)) return undefined;
  const moved = move(
    tree,
    target,
    users.map((user) => `${user}/${target}`),
  );
  return moved !== undefined && sameVersions(tree, moved) ? moved.packages : undefined;
}

function isNested(path: string): boolean {
  return path.lastIndexOf('node_modules/') > 0;
}

function workspacesFirst(a: string, b: string): number {
  const third = (path: string): number => Number(path.startsWith('node_modules/'));
  return third(a) - third(b) || a.split('/').length - b.split('/').length || (a < b ? -1 : 1);
}
