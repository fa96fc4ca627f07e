import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export type Written = 'written' | 'updated' | 'unchanged' | 'left alone: not plain JSON';

/** Writes a generated JSON file and keeps what its owner has added. A file with comments is left to its owner. */
export async function writeGenerated(path: string, ours: object): Promise<Written> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  let theirs: unknown;
  try {
    theirs = text === undefined ? undefined : JSON.parse(text);
  } catch {
    return 'left alone: not plain JSON';
  }
  const merged = merge(ours, theirs);
  if (isDeepStrictEqual(merged, theirs)) return 'unchanged';
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(merged, undefined, 2)}\n`);
  return text === undefined ? 'written' : 'updated';
}

interface Named {
  name?: string;
}

/**
 * What we generate, with what its owner has added: of objects the keys that are not ours, of lists of named things those
 * with other names, of other lists the entries that we do not have.
 */
export function merge(ours: unknown, theirs: unknown): unknown {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const names = new Set((ours as Named[]).map((each) => each?.name ?? each));
    return [...(ours as unknown[]), ...(theirs as Named[]).filter((each) => !names.has(each?.name ?? each))];
  }
  if (!isObject(ours) || !isObject(theirs)) return ours;
  const merged: Record<string, unknown> = { ...theirs };
  for (const [key, value] of Object.entries(ours)) merged[key] = key in theirs ? merge(value, theirs[key]) : value;
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
