import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** More than a service reads (libs/config): what is beyond counts by size and time. */
const MAX_BYTES = 1024 * 1024;

/**
 * What is at the paths, in a text that changes when it does: files count by size and checksum, folders by the files
 * directly in them, and what cannot be read by its error code, such as ENOENT. A checksum is enough to notice a change, and
 * needs 7 MB less than a cryptographic hash.
 */
export async function contentOf(paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) lines.push(`${file} ${await digestOf(file)}`);
  }
  return lines.join('\n');
}

/** Names that begin with two dots are the kubelet's own: through a link among them it swaps all keys at once. */
async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined);
  const files = names?.filter((name) => !name.startsWith('..')).map((name) => join(path, name));
  return files?.sort() ?? [path];
}

async function digestOf(file: string): Promise<string> {
  try {
    const status = await stat(file);
    // Reading a pipe would wait for its writer.
    if (!status.isFile()) return 'not a file';
    let checksum = 0;
    for await (const part of createReadStream(file, { end: MAX_BYTES - 1 })) checksum = crc32(part as Buffer, checksum);
    return [checksum, status.size, status.size > MAX_BYTES ? status.mtimeMs : ''].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
