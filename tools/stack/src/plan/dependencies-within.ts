import type { Stack } from '../stack.ts';

/** Something that must be ready first, and the services outside the set over which it is reached. */
export interface Needed {
  readonly name: string;
  readonly through: readonly string[];
}

/**
 * For each service of `set`, those of the set that it must come after: reached over `depends_on`, directly or through
 * services outside the set. A path that leads through one of the set names only that one.
 */
export function dependenciesWithin(stack: Stack, set: ReadonlySet<string>): Map<string, Needed[]> {
  const services = new Map(stack.services.map((service) => [service.name, service]));
  const nearest = (name: string): Needed[] => {
    const seen = new Set<string>();
    const found: Needed[] = [];
    // Grows while it is walked, so that the shortest way to each is the one that is named.
    const pending: Needed[] = [{ name, through: [] }];
    for (const from of pending) {
      const through = from.name === name ? [] : [...from.through, from.name];
      for (const next of services.get(from.name)?.dependsOn ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        (set.has(next) ? found : pending).push({ name: next, through });
      }
    }
    return found;
  };
  return new Map([...set].map((name) => [name, nearest(name)]));
}
