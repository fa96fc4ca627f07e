import { join } from 'node:path';
import { fileIfThere } from '../file-if-there.ts';
import type { Problem } from '../problem.ts';
import { loadStack } from '../read/read-stack.ts';
import { readYaml } from '../read/view.ts';
import type { Stack } from '../stack.ts';
import { productionDifferences } from './compose-production.ts';
import { composeDifferences } from './compose.ts';
import { contractProblems } from './contracts.ts';
import { imageProblems } from './image-defaults.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';
import { manifests, serviceManifests } from './manifests.ts';

const development = 'docker-compose.dev.yml';

/** Written by hand, since they are read to learn from, and changed; each with what finds its differences. */
function held(stack: Stack): Map<string, (stack: Stack, file: View) => Mistake[]> {
  return new Map([
    [development, composeDifferences],
    ['docker-compose.prod.yml', productionDifferences],
    ...manifests(stack),
  ]);
}

/**
 * Every difference between services.yaml and the files that are written by hand, between the places that name an
 * image, and between services.yaml and the contracts in pacts/, with file and line. Problems of services.yaml itself are returned instead, since nothing can be held to a stack
 * that is not valid.
 */
export async function checkParity(root: string): Promise<Problem[]> {
  const result = await loadStack(root);
  if (!result.ok) return [...result.problems];
  const { stack } = result;
  const hasManifests = (await fileIfThere(join(root, serviceManifests, 'kustomization.yaml'))) !== undefined;
  const files = [...held(stack).keys()].map(async (file): Promise<Problem[]> => {
    const text = await fileIfThere(join(root, file));
    if (text !== undefined) return parityProblems(stack, file, text);
    const isNeeded = file === development || (hasManifests && file.startsWith(serviceManifests));
    return isNeeded ? [{ file, line: 1, message: 'is missing' }] : [];
  });
  return [
    ...(await Promise.all(files)).flat(),
    ...(await imageProblems(root, stack)),
    ...(await contractProblems(root, stack)),
  ];
}

/**
 * The differences in the text of one file, and what is wrong with it as YAML.
 *
 * @throws RangeError when the file is not one that is held to services.yaml
 */
export function parityProblems(stack: Stack, file: string, text: string): Problem[] {
  const differences = held(stack).get(file);
  if (differences === undefined) throw new RangeError(`${file} is not held to services.yaml`);
  const { view, problems } = readYaml(text, file);
  if (view === undefined) return problems;
  const found = differences(stack, view).map((each) => ({ file, ...each }));
  return [...problems, ...found].sort((a, b) => a.line - b.line);
}
