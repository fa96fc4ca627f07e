import { join } from 'node:path';
import { fileIfThere } from '../file-if-there.ts';
import type { Problem } from '../problem.ts';
import type { Stack } from '../stack.ts';
import { withDefaults } from './compose-defaults.ts';

const dockerfile = 'infra/docker/Dockerfile';
const declaration = /^ARG (\w+_IMAGE)=(\S+)$/gm;

/** Where the default of a variable that names an image is repeated, each place in its own way to write one. */
const repetitions: readonly { file: string; written: RegExp; stores: boolean }[] = [
  {
    file: 'infra/docker/docker-bake.hcl',
    written: /^variable "(\w+_IMAGE)" \{ default = "([^"]*)" \}/gm,
    stores: false,
  },
  // The images of the stores are held to services.yaml with the containers that run them.
  { file: 'docker-compose.dev.yml', written: /^ +(\w+_IMAGE): (\S+)$/gm, stores: false },
  { file: '.env.example', written: /^# (\w+_IMAGE)=(\S*)$/gm, stores: true },
];

/**
 * Where the images that services are built from are not those of the Dockerfile, nor the stores' those of services.yaml:
 * builds need the defaults repeated, and an update must not miss one. A file that is not there has no problem.
 */
export async function imageProblems(root: string, stack: Stack): Promise<Problem[]> {
  const text = (await fileIfThere(join(root, dockerfile))) ?? '';
  const built = defaultsIn(text, declaration).map((each) => ({ ...each, source: dockerfile }));
  const stores = stack.backing.map(({ name, image }) => {
    return { name: `${name.toUpperCase().replaceAll('-', '_')}_IMAGE`, image, source: 'services.yaml' };
  });
  const found = repetitions.map(async ({ file, written, stores: withStores }): Promise<Problem[]> => {
    const repeated = await fileIfThere(join(root, file));
    if (repeated === undefined) return [];
    const present = defaultsIn(repeated, written);
    return [...built, ...(withStores ? stores : [])].flatMap(({ name, image, source }) => {
      const same = present.filter((each) => each.name === name);
      if (same.length === 0) return [{ file, line: 1, message: `there is no ${name}; ${source} has ${image}` }];
      return same
        .filter((each) => each.image !== image)
        .map((each) => ({ file, line: each.line, message: `${name} is ${each.image}, ${source} has ${image}` }));
    });
  });
  return (await Promise.all(found)).flat();
}

/** The variables, each with its image when neither it nor `REGISTRY` is set. */
function defaultsIn(text: string, written: RegExp): { name: string; image: string; line: number }[] {
  return [...text.matchAll(written)].map(({ 1: name = '', 2: value = '', index }) => {
    return { name, image: withDefaults(value), line: text.slice(0, index).split('\n').length };
  });
}
