import type { Stack } from '../stack.ts';
import type { Difference } from './difference.ts';

const list = /variable\s+"SERVICES"\s*\{[^}]*default\s*=\s*"([^"]*)"/;

/** Where the list of images to build, the default of the variable `SERVICES`, differs from the services. */
export function bakeDifferences(stack: Stack, text: string): Difference[] {
  const found = list.exec(text);
  if (found === null) return [{ line: 1, message: 'there is no variable "SERVICES" with a default' }];
  const line = text.slice(0, found.index + found[0].length).split('\n').length;
  const built = (found[1] ?? '').split(',').map((name) => name.trim());
  const names = stack.services.map(({ name }) => name);
  return [
    ...names.filter((name) => !built.includes(name)).map((name) => ({ line, message: `${name} is not built` })),
    ...built
      .filter((name) => !names.includes(name))
      .map((name) => ({ line, message: `${name} is not in services.yaml` })),
  ];
}
