import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** The folder of the package that a file belongs to; the file's own folder when it is in no package. */
export function packageFolder(file: string): string {
  return nearest(dirname(file), 'package.json') ?? dirname(file);
}

/** The folder of the workspace: where the lockfile is, else where modules are installed, else the package's folder. */
export function workspaceFolder(file: string): string {
  const from = dirname(file);
  return nearest(from, 'package-lock.json') ?? nearest(from, 'node_modules') ?? packageFolder(file);
}

/**
 * Real paths of a package's folder and of all workspace packages that it depends on, directly or not, as their
 * package.json files say. What is installed below a node_modules folder is not among them.
 */
export function ownPackages(root: string): string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    for (const name of dependencyNames(join(folder, 'package.json'))) {
      const link = nearest(folder, join('node_modules', name));
      if (link === undefined) continue;
      const real = realpathSync(join(link, 'node_modules', name));
      if (!real.includes(`${sep}node_modules${sep}`)) visit(real);
    }
  };
  visit(realpathSync(root));
  return [...found];
}

function dependencyNames(manifest: string): string[] {
  try {
    const content = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Record<string, string> | undefined>;
    return ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((field) =>
      Object.keys(content[field] ?? {}),
    );
  } catch {
    // Half-written or gone: its next change is looked at again.
    return [];
  }
}

function nearest(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
