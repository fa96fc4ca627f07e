import { readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { loadPackageGraph } from '../packages/load-package-graph.ts';
import type { Problem } from '../problem.ts';
import { expectedReferences } from './references.ts';
import { lineOfReferences, referencesIn, withReferences } from './references-text.ts';

/** Where the references of TypeScript configurations differ from the dependencies in package.json. */
export async function checkReferences(root: string): Promise<Problem[]> {
  const problems = await forEachConfig(root, ({ file, references }, text): Problem[] => {
    const found = text === undefined ? [] : referencesIn(text);
    const missing = references.filter((path) => !found.includes(path)).map((path) => `lacks a reference to ${path}`);
    const surplus = found.filter((path) => !references.includes(path)).map((path) => `has a reference to ${path}`);
    const wrong = text === undefined ? ['is missing'] : [...missing, ...surplus];
    const line = text === undefined ? 1 : lineOfReferences(text);
    return wrong.map((what) => ({ file, line, message: `${what}; run npm run references -w @evenkeel/stack` }));
  });
  return problems.flat();
}

/** Writes the references that the dependencies in package.json ask for. Returns the files that it changed. */
export async function writeReferences(root: string): Promise<string[]> {
  const changed = await forEachConfig(root, async ({ file, references }, text) => {
    const base = file.endsWith('tsconfig.build.json') ? 'tsconfig.build.base.json' : 'tsconfig.base.json';
    const present = text ?? `{\n  "extends": "${posix.relative(posix.dirname(file), base)}"\n}\n`;
    const wanted = withReferences(present, references);
    if (wanted === text) return [];
    await writeFile(join(root, file), wanted);
    return [file];
  });
  return changed.flat();
}

type Config = ReturnType<typeof expectedReferences>[number];

async function forEachConfig<T>(
  root: string,
  visit: (config: Config, text: string | undefined) => T,
): Promise<Awaited<T>[]> {
  const configs = expectedReferences(await loadPackageGraph(root));
  return Promise.all(configs.map(async (config) => await visit(config, await readIfThere(join(root, config.file)))));
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
