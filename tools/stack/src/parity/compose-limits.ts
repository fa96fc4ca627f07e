import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** Each container has a limit of memory and of CPUs, in either of Compose's two ways to write them. */
export function limitDifferences(name: string, found: View): Difference[] {
  const limits = found.get('deploy').get('resources').get('limits');
  const lacking = [
    ...(found.get('mem_limit').exists || limits.get('memory').exists ? [] : ['memory']),
    ...(found.get('cpus').exists || limits.get('cpus').exists ? [] : ['CPU']),
  ];
  return lacking.map((what) => ({ line: found.lineOfKey, message: `${name} has no ${what} limit` }));
}
