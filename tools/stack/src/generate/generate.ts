import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileIfThere } from '../file-if-there.ts';
import { loadPackageGraph } from '../packages/package-graph.ts';
import type { Problem } from '../problem.ts';
import { loadStack } from '../read/read-stack.ts';
import { generatedFiles } from './generated-files.ts';

/**
 * Writes everything that repeats services.yaml, the reference of the configuration, and the TypeScript references that
 * follow from the dependencies in package.json.
 *
 * @returns the files that it changed, and why others could not be written
 */
export async function generate(root: string): Promise<{ changed: string[]; problems: Problem[] }> {
  // Each before the next is rendered: the last ones read sources that are among them.
  const { changes, problems } = await pendingChanges(root, async ({ file, text }) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  });
  return { changed: changes.map(({ file }) => file), problems };
}

/** The files that `generate` would change, each with the first line that differs. */
export async function checkGenerated(root: string): Promise<Problem[]> {
  const { changes, problems } = await pendingChanges(root);
  const outdated = changes.map(({ file, text, present }) => ({
    file,
    line: firstDifference(text, present),
    message: `${present === undefined ? 'is missing' : 'is not up to date'}; run ./keel generate`,
  }));
  return [...problems, ...outdated];
}

interface Change {
  readonly file: string;
  readonly text: string;
  readonly present: string | undefined;
}

async function pendingChanges(
  root: string,
  onChange: (change: Change) => Promise<void> = () => Promise.resolve(),
): Promise<{ changes: Change[]; problems: Problem[] }> {
  const loaded = await loadStack(root);
  if (!loaded.ok) return { changes: [], problems: [...loaded.problems] };
  const changes: Change[] = [];
  const problems: Problem[] = [];
  for (const { file, needed, render } of generatedFiles(root, loaded.stack, await loadPackageGraph(root))) {
    const present = await fileIfThere(join(root, file));
    if (present === undefined && !needed) continue;
    try {
      const text = await render(present ?? '');
      if (text === present) continue;
      const change = { file, text, present };
      changes.push(change);
      await onChange(change);
    } catch (error) {
      problems.push({ file, line: 1, message: (error as Error).message });
    }
  }
  return { changes, problems };
}

function firstDifference(text: string, present = ''): number {
  const lines = present.split('\n');
  const index = text.split('\n').findIndex((line, at) => line !== lines[at]);
  return Math.max(index, 0) + 1;
}
