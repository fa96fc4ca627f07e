import type { Stack } from '../stack.ts';
import { healthDifferences } from './compose-health.ts';
import { readPort } from './compose-port.ts';
import { publishedDifferences } from './compose-ports.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** Where a Compose file that is laid over another differs from the stack, in what it says about services. */
export function composeOverrideDifferences(stack: Stack, file: View): Difference[] {
  const services = file.get('services');
  const byName = new Map(stack.services.map((service) => [service.name, service]));
  const backing = new Set(stack.backing.map(({ name }) => name));
  return services.entries().flatMap(([name, found]) => {
    const service = byName.get(name);
    if (service === undefined) {
      const message = `${name} is not in services.yaml`;
      return backing.has(name) ? [] : [{ line: found.lineOfKey, message }];
    }
    const published = found.get('ports').items().map(readPort);
    return [
      ...published.flatMap((port) => (port === undefined ? [] : publishedDifferences(service, port))),
      ...(found.get('healthcheck').exists ? healthDifferences(service, found) : []),
    ];
  });
}
