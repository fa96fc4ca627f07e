import { isBlockedPort } from '../blocked-ports.ts';
import type { Problem } from '../problem.ts';
import type { Outline, OutlinedPort } from './outline.ts';

/**
 * Every port of the file must differ: on a developer's machine they all share the loopback address. All but those of
 * stores must be open to browsers.
 */
export function portProblems(outline: Outline, file: string): Problem[] {
  return [...clashes(outline, file), ...blocked(outline, file)];
}

function clashes(outline: Outline, file: string): Problem[] {
  const taken = new Map<number, OutlinedPort>();
  return outline.ports.flatMap((port) => {
    const first = taken.get(port.value);
    if (first === undefined) {
      taken.set(port.value, port);
      return [];
    }
    const message = `${port.owner} ${port.value} clashes with ${first.owner} on line ${first.line}`;
    return [{ file, line: port.line, message }];
  });
}

function blocked({ ports }: Outline, file: string): Problem[] {
  return ports
    .filter(({ value, isForBrowsers }) => isForBrowsers && isBlockedPort(value))
    .map(({ value, owner, line }) => {
      const message = `${owner} ${value} is one that browsers refuse to open (Fetch standard, "Port blocking")`;
      return { file, line, message };
    });
}
