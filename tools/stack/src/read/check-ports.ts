import type { Problem } from '../problem.ts';
import type { Outline, OutlinedPort } from './outline.ts';

/** Every port of the file must differ: on a developer's machine they all share the loopback address. */
export function portProblems(outline: Outline, file: string): Problem[] {
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
