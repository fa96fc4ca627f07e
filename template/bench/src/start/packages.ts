import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The packages that npm had to download for an installation. */
export interface Packages {
  count: number;
  /** Size of the compressed packages, in MB (10^6 bytes); npm's metadata requests not included. */
  megabytes: number;
  /** Packages that are not in npm's cache, so that their size is unknown. */
  unknown: number;
}

interface Entry {
  integrity?: string;
  link?: boolean;
}

/** Adds up the sizes of the packages installed in `folder`, by npm's cached copies of them. */
export async function packagesOf(folder: string, npmCache: string): Promise<Packages> {
  const record = await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8');
  const entries = Object.values((JSON.parse(record) as { packages: Record<string, Entry> }).packages);
  const hashes = [...new Set(entries.flatMap(({ integrity }) => (integrity === undefined ? [] : [integrity])))];
  const sizes = await Promise.all(
    hashes.map(async (hash) => (await stat(cachedFile(npmCache, hash)).catch(() => undefined))?.size),
  );
  const known = sizes.filter((size) => size !== undefined);
  const bytes = known.reduce((sum, size) => sum + size, 0);
  return { count: hashes.length, megabytes: bytes / 1e6, unknown: hashes.length - known.length };
}

/** Where npm (cacache) stores the content with this hash: `content-v2/<algorithm>/<2 digits>/<2 digits>/<rest>`. */
export function cachedFile(npmCache: string, integrity: string): string {
  const [algorithm = '', digest = ''] = (integrity.split(' ')[0] ?? '').split(/-(.*)/);
  const hex = Buffer.from(digest, 'base64').toString('hex');
  return join(npmCache, '_cacache', 'content-v2', algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
}
