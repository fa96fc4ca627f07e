import type { Service, Stack } from '../stack.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** `depends_on` of a service: all that services.yaml lists, each awaited until it is healthy, and no other service. */
export function dependencyDifferences(stack: Stack, { name, dependsOn }: Service, found: View): Difference[] {
  const section = found.get('depends_on');
  const listed = new Map([
    ...section.entries(),
    ...section.items().map((item): [string, View] => [item.text() ?? '', item]),
  ]);
  const declared = new Set([...stack.services, ...stack.backing].map((each) => each.name));
  const missing = dependsOn
    .filter((needed) => !listed.has(needed))
    .map((needed) => ({ line: section.lineOfKey, message: `${name} does not depend on ${needed}` }));
  const present = [...listed].flatMap(([needed, entry]) => {
    if (!declared.has(needed)) return [];
    if (!dependsOn.includes(needed)) {
      return [{ line: entry.lineOfKey, message: `${name} depends on ${needed}, which services.yaml does not say` }];
    }
    const condition = entry.get('condition').text() ?? 'service_started';
    if (condition === 'service_healthy') return [];
    return [{ line: entry.line, message: `${name} waits for ${needed} with ${condition}, not service_healthy` }];
  });
  return [...missing, ...present];
}
