import { join } from 'node:path';
import type { Problem } from '../problem.ts';
import { loadStack } from '../read/load-stack.ts';
import type { Stack } from '../stack.ts';
import { fileIfThere } from './file-if-there.ts';
import { heldFiles } from './held-files.ts';
import type { HeldFile } from './held-files.ts';
import { imageProblems } from './image-defaults.ts';

/**
 * Every difference between services.yaml and the files that repeat what it says, and between the places that name an
 * image, with file and line. Problems of services.yaml itself are returned instead, since nothing can be held to a stack
 * that is not valid.
 */
export async function checkParity(root: string): Promise<Problem[]> {
  const result = await loadStack(root);
  if (!result.ok) return [...result.problems];
  const files = await Promise.all(heldFiles.map((held) => checkFile(root, held, result.stack)));
  return [...files.flat(), ...(await imageProblems(root, result.stack))];
}

/**
 * The differences in the text of one file, for what generates it.
 *
 * @throws RangeError when the file is not one that is held to services.yaml
 */
export function parityProblems(stack: Stack, file: string, text: string): Problem[] {
  const held = heldFiles.find((each) => each.file === file);
  if (held === undefined) throw new RangeError(`${file} is not held to services.yaml`);
  return held.problems(stack, text);
}

async function checkFile(root: string, { file, optional, problems }: HeldFile, stack: Stack): Promise<Problem[]> {
  const text = await fileIfThere(join(root, file));
  if (text !== undefined) return problems(stack, text);
  return optional ? [] : [{ file, line: 1, message: 'is missing' }];
}
