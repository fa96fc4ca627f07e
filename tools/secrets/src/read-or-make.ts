import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';

/** The text of a file, which is made when it is missing or empty. Of two that make it at once, the first wins. */
export async function readOrMake(path: string, make: () => string | Promise<string>): Promise<string> {
  const present = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (present !== '') return present;
  const value = await make();
  // Whole or not at all.
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, `${value}\n`, { mode: 0o600 });
  try {
    await link(unfinished, path);
    return value;
  } catch {
    const other = (await readFile(path, 'utf8')).trim();
    if (other !== '') return other;
    await writeFile(path, `${value}\n`, { mode: 0o600 });
    return value;
  } finally {
    await rm(unfinished, { force: true });
  }
}
