import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { copyClone } from './copy-clone.ts';

/**
 * Copies a clone that a test may edit and run: third-party modules, and a downloaded Redis, are those of `root`, packages
 * are the copy's own.
 */
export async function installedClone(root: string, folder: string): Promise<void> {
  await copyClone(root, folder);
  linkModules(root, folder, '.');
  const scope = join(folder, 'node_modules', '@evenkeel');
  mkdirSync(scope);
  for (const kind of ['apps', 'libs', 'tools']) {
    for (const name of readdirSync(join(folder, kind))) {
      symlinkSync(join('..', '..', kind, name), join(scope, name));
      linkModules(root, folder, join(kind, name));
    }
  }
  const downloads = join(root, '.keel', 'tools');
  if (!existsSync(downloads)) return;
  mkdirSync(join(folder, '.keel'), { recursive: true });
  symlinkSync(downloads, join(folder, '.keel', 'tools'));
}

/** Links what is installed for one package, which may be another version than that of the root. */
function linkModules(root: string, folder: string, path: string): void {
  const installed = join(root, path, 'node_modules');
  if (!existsSync(installed)) return;
  const modules = join(folder, path, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(installed)) {
    if (!name.startsWith('.') && name !== '@evenkeel') symlinkSync(join(installed, name), join(modules, name));
  }
}
