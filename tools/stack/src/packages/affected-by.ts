import { posix } from 'node:path';
import type { Stack } from '../stack.ts';
import { runtimeClosure, type PackageGraph } from './package-graph.ts';

/** The services that a changed file affects, with the reason in words. */
export interface Affected {
  readonly services: readonly string[];
  readonly reason: string;
}

/** A path of which nothing says whether it affects a service. */
export class UnknownPathError extends Error {
  override readonly name = 'UnknownPathError';
}

/** Files of the root that every service is built from or configured by. */
const rootFiles = new Set([
  '.env',
  '.node-version',
  '.npmrc',
  'package-lock.json',
  'package.json',
  'services.yaml',
  'tsconfig.base.json',
]);

/**
 * Which services a change of `path` affects: the service in whose folder it is, or all those that use the library it is
 * in, over any number of steps. Root files such as `package-lock.json` affect all. Tests and Markdown affect none.
 *
 * @param path relative to the root, as git prints it; the file need not exist, since it may have been deleted
 * @throws UnknownPathError when the path belongs to no workspace package and is no such root file
 */
export function affectedBy(path: string, stack: Stack, graph: PackageGraph): Affected {
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  const all = stack.services.map(({ name }) => name);
  if (rootFiles.has(normal)) return { services: all, reason: `${normal} is part of every service` };

  const owner = graph.packages.find(({ folder }) => normal === folder || normal.startsWith(`${folder}/`));
  if (owner === undefined) throw new UnknownPathError(unknownPath(normal, graph));
  if (notRun.test(normal.slice(owner.folder.length))) return { services: [], reason: `no service runs ${normal}` };

  const services = all.filter((name) => {
    const home = graph.packages.find(({ folder }) => folder === `apps/${name}`);
    return home !== undefined && runtimeClosure(graph, home.name).has(owner.name);
  });
  const reason = services.length === 0 ? `no service uses ${owner.name}` : `${normal} is in ${owner.name}`;
  return { services, reason };
}

const notRun = /^\/test\/|\.test\.ts$|\.md$/;

function unknownPath(path: string, graph: PackageGraph): string {
  const parents = [...new Set(graph.packages.map(({ folder }) => folder.replace(/\/.*|$/, '/')))].join(', ');
  const where = `it is in no package under ${parents} and is none of ${[...rootFiles].join(', ')}`;
  return `cannot tell what ${path} affects: ${where}. Give a path relative to the root of the repository.`;
}
