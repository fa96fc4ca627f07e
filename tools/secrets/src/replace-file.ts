import { randomUUID } from 'node:crypto';
import { chmod, rename, stat, writeFile } from 'node:fs/promises';

/** Replaces a file as a whole, so that no reader sees half of it. Its permissions stay; a new one is its owner's only. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const mode = await stat(path).then(
    (present) => present.mode & 0o777,
    () => 0o600,
  );
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, `${text}\n`, { mode: 0o600 });
  await chmod(unfinished, mode);
  await rename(unfinished, path);
}
