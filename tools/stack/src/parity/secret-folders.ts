import type { Stack } from '../stack.ts';
import type { Difference } from './difference.ts';

/** The folders `/secrets/…` that the image of the secrets has: `all`, and one of each service and store. */
export function secretFolderDifferences(stack: Stack, text: string): Difference[] {
  return nameDifferences(stack, text, /(?<=\s)\/secrets\/(?!all\b)([a-z][a-z0-9-]*)/g);
}

/** The list of the files that each container finds in /run/secrets: a line for each service and store. */
export function secretFileDifferences(stack: Stack, text: string): Difference[] {
  return nameDifferences(stack, text, /^ {2}'?([a-z][a-z0-9-]*)'?: \[/gm);
}

function nameDifferences(stack: Stack, text: string, name: RegExp): Difference[] {
  const found = [...text.matchAll(name)].map((match) => ({
    name: match[1] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
  const declared = [...stack.services, ...stack.backing].map((each) => each.name);
  const missing = declared.filter((each) => !found.some((entry) => entry.name === each));
  const line = found[0]?.line ?? 1;
  return [
    ...missing.map((each) => ({ line, message: `${each} has no secrets here` })),
    ...found
      .filter((entry) => !declared.includes(entry.name))
      .map((entry) => ({ line: entry.line, message: `${entry.name} is not in services.yaml` })),
  ];
}
