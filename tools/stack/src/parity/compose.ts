import type { Backing, Service, Stack } from '../stack.ts';
import { dependencyDifferences } from './compose-dependencies.ts';
import { withDefaults } from './compose-defaults.ts';
import { environmentDifferences } from './compose-environment.ts';
import { healthDifferences } from './compose-health.ts';
import { limitDifferences } from './compose-limits.ts';
import { portDifferences } from './compose-ports.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** Where a Compose file differs from the stack. */
export function composeDifferences(stack: Stack, file: View): Difference[] {
  const services = file.get('services');
  const declared = new Set([...stack.services, ...stack.backing].map(({ name }) => name));
  const missing = [...declared].filter((name) => !services.get(name).exists);
  return [
    ...missing.map((name) => ({ line: services.lineOfKey, message: `there is no service ${name}` })),
    ...services.entries().flatMap(([name, service]) => {
      if (declared.has(name) || !isLongRunning(service)) return [];
      const message = `${name} is not in services.yaml; declare it there, or give it a profile`;
      return [{ line: service.lineOfKey, message }];
    }),
    ...stack.services.flatMap((service) => serviceDifferences(stack, service, services.get(service.name))),
    ...stack.backing.flatMap((backing) => backingDifferences(backing, services.get(backing.name))),
  ];
}

/** As opposed to a job that prepares something and ends, and to what a profile adds. */
function isLongRunning(service: View): boolean {
  const restart = service.get('restart').text();
  return (
    service.get('profiles').items().length === 0 && restart !== undefined && !/^(no|false|on-failure.*)$/.test(restart)
  );
}

function serviceDifferences(stack: Stack, service: Service, found: View): Difference[] {
  if (!found.exists) return [];
  return [
    ...portDifferences(stack, service, found),
    ...dependencyDifferences(stack, service, found),
    ...environmentDifferences(stack, service, found),
    ...healthDifferences(service, found),
    ...limitDifferences(service.name, found),
  ];
}

function backingDifferences({ name, image }: Backing, found: View): Difference[] {
  if (!found.exists) return [];
  const used = withDefaults(found.get('image').text() ?? '');
  // A mirror's registry may stand before the name, but not by default.
  const wrong =
    used === image
      ? []
      : [{ line: found.get('image').line, message: `${name} runs ${used || 'no image'}, not ${image}` }];
  const unchecked = found.get('healthcheck').get('test').exists
    ? []
    : [{ line: found.lineOfKey, message: `${name} has no health check` }];
  return [...wrong, ...unchecked, ...limitDifferences(name, found)];
}
