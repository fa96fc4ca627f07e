import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../problem.ts';
import { loadStack } from '../read/load-stack.ts';
import { readYamlSource } from '../read/yaml-source.ts';
import type { Stack } from '../stack.ts';
import { composeDifferences } from './compose.ts';
import { devContainerDifferences } from './dev-container.ts';
import type { Difference } from './difference.ts';
import { launchDifferences } from './launch.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';
import { withoutComments } from './without-comments.ts';

interface HeldFile {
  readonly file: string;
  readonly differences: (stack: Stack, content: View) => Difference[];
  /** Generated and not in the repository, so it need not be there. */
  readonly optional?: boolean;
}

/** What cannot read services.yaml itself and is held to it. */
const heldFiles: readonly HeldFile[] = [
  { file: 'docker-compose.dev.yml', differences: composeDifferences },
  { file: '.devcontainer/devcontainer.json', differences: devContainerDifferences },
  { file: '.vscode/launch.json', differences: launchDifferences, optional: true },
];

/**
 * Every difference between services.yaml and the files that repeat what it says, with file and line. Problems of
 * services.yaml itself are returned instead, since nothing can be held to a stack that is not valid.
 */
export async function checkParity(root: string): Promise<Problem[]> {
  const result = await loadStack(root);
  if (!result.ok) return [...result.problems];
  const found = await Promise.all(heldFiles.map((held) => checkFile(root, held, result.stack)));
  return found.flat();
}

/** The differences in the text of one file, as `file` is read and named by `checkParity`. */
export function parityProblems(stack: Stack, file: string, text: string): Problem[] {
  const held = heldFiles.find((each) => each.file === file);
  if (held === undefined) throw new RangeError(`${file} is not held to services.yaml`);
  const source = readYamlSource(file.endsWith('.json') ? withoutComments(text) : text, file);
  if (source.data === undefined) return [...source.problems];
  const differences = held.differences(stack, viewOf(source)).map((each) => ({ file, ...each }));
  return [...source.problems, ...differences].sort((a, b) => a.line - b.line);
}

async function checkFile(root: string, { file, optional }: HeldFile, stack: Stack): Promise<Problem[]> {
  try {
    return parityProblems(stack, file, await readFile(join(root, file), 'utf8'));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw error;
    return optional === true ? [] : [{ file, line: 1, message: 'is missing' }];
  }
}
