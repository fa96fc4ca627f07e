import { withDefaults } from './compose-defaults.ts';
import type { View } from './view.ts';

/** A port that Compose publishes when no variable is set. */
export interface PublishedPort {
  /** Undefined: on every address of the host. */
  readonly address: string | undefined;
  /** On the host; undefined: any free one. */
  readonly published: number | undefined;
  /** In the container. */
  readonly target: number;
  readonly line: number;
}

const shortSyntax = /^(?:(?<address>\d+(?:\.\d+){3}|\[[^\]]+\]):)?(?:(?<published>\d+):)?(?<target>\d+)(?:\/tcp)?$/;

/** Reads an entry of `ports` in its short or long form; undefined when it is neither. */
export function readPort(entry: View): PublishedPort | undefined {
  const short = entry.text();
  if (short !== undefined) {
    const found = shortSyntax.exec(withDefaults(short))?.groups;
    if (found === undefined) return undefined;
    const { address, published, target } = found;
    return { address, published: numberOf(published), target: Number(target), line: entry.line };
  }
  const field = (name: string): string | undefined => {
    const text = entry.get(name).text();
    return text === undefined ? undefined : withDefaults(text);
  };
  const target = numberOf(field('target'));
  if (target === undefined) return undefined;
  return { address: field('host_ip'), published: numberOf(field('published')), target, line: entry.line };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
