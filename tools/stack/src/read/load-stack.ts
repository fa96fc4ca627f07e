import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStack } from './read-stack.ts';
import type { StackResult } from './read-stack.ts';

const file = 'services.yaml';

/** Reads `services.yaml` in the repository's root. A file that cannot be read is a problem like any other. */
export async function loadStack(root: string): Promise<StackResult> {
  try {
    return readStack(await readFile(join(root, file), 'utf8'), file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ file, line: 1, message: `cannot be read: ${why}` }] };
  }
}
