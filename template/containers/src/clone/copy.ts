import { cpSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from '../engine/run.ts';

/**
 * Copies what git knows of `root`, and what is new there, as a fresh clone has it: nothing installed, built or generated.
 * Tests and measurements edit the copy.
 */
export async function copyClone(root: string, target: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const path of new Set(stdout.split('\0').filter(Boolean))) {
    const from = join(root, path);
    try {
      cpSync(from, join(target, relative(root, from)), { recursive: true, verbatimSymlinks: true });
    } catch (error) {
      // Deleted in the work tree, and git still knows it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
