import { mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Replaces the content of a mounted ConfigMap as the kubelet does (AtomicWriter): the keys are links through `..data`,
 * which is moved from one folder to the next in one step.
 */
export function swap(mount: string, keys: Record<string, string>): void {
  const next = mkdtempSync(join(mount, '..2026_01_01_00_00_00.'));
  for (const [key, text] of Object.entries(keys)) writeFileSync(join(next, key), text);
  const link = join(mount, '..data');
  const previous = linkTarget(link);
  symlinkSync(basename(next), join(mount, '..data_tmp'));
  renameSync(join(mount, '..data_tmp'), link);
  if (previous === undefined) for (const key of Object.keys(keys)) symlinkSync(join('..data', key), join(mount, key));
  else rmSync(join(mount, previous), { recursive: true });
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
