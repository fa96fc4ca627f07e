import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { merge } from './merge.ts';

export type Written = 'written' | 'brought up to date' | 'as it was' | 'left alone: it is not plain JSON';

/** Writes a generated JSON file and keeps what somebody has added to it. A file with comments is left to its owner. */
export async function writeGenerated(path: string, ours: object): Promise<Written> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined && !isJson(text)) return 'left alone: it is not plain JSON';
  const theirs: unknown = text === undefined ? undefined : JSON.parse(text);
  const merged = merge(ours, theirs);
  if (isDeepStrictEqual(merged, theirs)) return 'as it was';
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(merged, undefined, 2)}\n`);
  return text === undefined ? 'written' : 'brought up to date';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
