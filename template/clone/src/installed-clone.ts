import {
  constants,
  copyFileSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyClone } from './copy-clone.ts';

/**
 * Copies a clone with what is installed in it, so that a test may edit the copy, run it, and have npm change it. The files
 * of third-party packages are hard links, which are made in a moment and take no room, and a downloaded Redis is that of
 * `root`.
 */
export async function installedClone(root: string, folder: string): Promise<void> {
  await copyClone(root, folder);
  const installed = globSync(['node_modules', 'acceptance/node_modules', '{apps,libs,tools,template}/*/node_modules'], {
    cwd: root,
  });
  for (const modules of installed) linkTree(join(root, modules), join(folder, modules));
  const downloads = join(root, '.keel', 'tools');
  if (!existsSync(downloads)) return;
  mkdirSync(join(folder, '.keel'));
  symlinkSync(downloads, join(folder, '.keel', 'tools'));
}

function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (!entry.isDirectory()) link(source, target);
    else if (!caches.includes(entry.name)) linkTree(source, target);
  }
}

const caches = ['.cache', '.vite', '.vitest'];
/** npm and keel write these in place: a link would change the original. */
const records = ['.package-lock.json', '.evenkeel-lockfile'];

function link(source: string, target: string): void {
  if (records.some((name) => source.endsWith(name))) return copyFileSync(source, target);
  try {
    linkSync(source, target);
  } catch {
    // The copy is on another file system.
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
