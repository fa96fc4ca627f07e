import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** More than a service reads (libs/config): what is beyond counts by size and time. */
const MAX_BYTES = 1024 * 1024;

/**
 * A digest of what is at the paths: files by their content, folders by their files (not those of folders in them). What
 * cannot be read counts by its error code, and what does not exist as missing.
 */
export async function contentOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesOf(path)) hash.update(`${file}\0${await digestOf(file)}\0`);
  }
  return hash.digest('hex');
}

/** Names that begin with two dots are the kubelet's own: a link among them leads to the keys. */
async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return [path];
  return names
    .filter((name) => !name.startsWith('..'))
    .sort()
    .map((name) => join(path, name));
}

async function digestOf(file: string): Promise<string> {
  try {
    const status = await stat(file);
    // Reading a pipe would wait for its writer.
    if (!status.isFile()) return 'not a file';
    const hash = createHash('sha256');
    for await (const part of createReadStream(file, { end: MAX_BYTES - 1 })) hash.update(part as Buffer);
    if (status.size > MAX_BYTES) hash.update(`${String(status.size)} ${String(status.mtimeMs)}`);
    return hash.digest('hex');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
