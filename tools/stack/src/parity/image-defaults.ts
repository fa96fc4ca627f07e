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

interface Default {
  readonly name: string;
  readonly image: string;
  readonly line: number;
}

/**
 * Where the images that services are built from are not those of the Dockerfile, nor the stores' those of services.yaml:
 * builds need the defaults repeated, and an update must not miss one. A file that is not there has no problem.
 */
export async function imageProblems(root: string, stack: Stack): Promise<Problem[]> {
  const built = defaultsIn((await fileIfThere(join(root, dockerfile))) ?? '', declaration);
  const stores = stack.backing.map(({ name, image }) => ({ name: variableOf(name), image }));
  const found = await Promise.all(
    repetitions.map(async ({ file, written, stores: withStores }) => {
      const text = await fileIfThere(join(root, file));
      if (text === undefined) return [];
      const present = defaultsIn(text, written);
      return [
        ...differences(file, present, built, dockerfile),
        ...(withStores ? differences(file, present, stores, 'services.yaml') : []),
      ];
    }),
  );
  return found.flat();
}

function differences(
  file: string,
  present: readonly Default[],
  wanted: readonly Pick<Default, 'name' | 'image'>[],
  source: string,
): Problem[] {
  return wanted.flatMap(({ name, image }) => {
    const found = present.filter((each) => each.name === name);
    if (found.length === 0) return [{ file, line: 1, message: `there is no ${name}; ${source} has ${image}` }];
    return found
      .filter((each) => each.image !== image)
      .map((each) => ({ file, line: each.line, message: `${name} is ${each.image}, ${source} has ${image}` }));
  });
}

/** The variables and what they are when neither they nor `REGISTRY` are set. */
function defaultsIn(text: string, written: RegExp): Default[] {
  return [...text.matchAll(written)].map(({ 1: name = '', 2: value = '', index }) => ({
    name,
    image: withDefaults(value),
    line: text.slice(0, index).split('\n').length,
  }));
}

function variableOf(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_IMAGE`;
}
