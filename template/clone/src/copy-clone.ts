import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

/**
 * Copies what git knows of `root`, and what is new there, as a fresh clone has it: nothing installed, built or generated.
 * Tests and measurements edit the copy.
 */
export async function copyClone(root: string, target: string): Promise<void> {
  for (const path of await clonedFiles(root)) {
    const from = join(root, path);
    try {
      cpSync(from, join(target, relative(root, from)), { recursive: true, verbatimSymlinks: true });
    } catch (error) {
      // Deleted in the work tree, and git still knows it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** What git knows of `root`, and what is new there. */
export async function clonedFiles(root: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 2 ** 26 });
  return [...new Set(stdout.split('\0').filter(Boolean))];
}
