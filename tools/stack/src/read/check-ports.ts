import { isBlockedPort } from '../blocked-ports.ts';
import type { Mistake } from '../problem.ts';
import type { Outline } from './outline.ts';

/**
 * Every port of the file must differ: on a developer's machine they all share the loopback address. All but those of
 * stores must be open to browsers.
 */
export function portMistakes({ ports }: Outline): Mistake[] {
  const clashes = ports.flatMap((port) => {
    const first = ports.find(({ value }) => value === port.value);
    if (first === undefined || first === port) return [];
    const message = `${port.owner} ${port.value} clashes with ${first.owner} on line ${first.line}`;
    return [{ line: port.line, message }];
  });
  const blocked = ports
    .filter(({ value, isForBrowsers }) => isForBrowsers && isBlockedPort(value))
    .map(({ value, owner, line }) => {
      const message = `${owner} ${value} is one that browsers refuse to open (Fetch standard, "Port blocking")`;
      return { line, message };
    });
  return [...clashes, ...blocked];
}
