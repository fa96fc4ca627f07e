import type { Backing, Service, Stack } from '../stack.ts';
import { withDefaults } from './compose-defaults.ts';
import { environmentDifferences } from './environment.ts';
import { portDifferences } from './compose-ports.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';

/** Where docker-compose.dev.yml differs from the stack. */
export function composeDifferences(stack: Stack, file: View): Mistake[] {
  const services = file.get('services');
  const beside = sidecarContainers(stack);
  const declared = new Set([...[...stack.services, ...stack.backing].map(({ name }) => name), ...beside.keys()]);
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
    ...[...beside].flatMap(([name, service]) => sidecarDifferences(name, service, services.get(name))),
  ];
}

/** The containers of sidecars, one of each for each service, with the service. */
export function sidecarContainers({ services, sidecars }: Stack): Map<string, Service> {
  return new Map(
    services.flatMap((service) => sidecars.map(({ name }): [string, Service] => [`${service.name}-${name}`, service])),
  );
}

/** As opposed to a job that prepares something and exits, and to what a profile adds. */
function isLongRunning(service: View): boolean {
  const restart = service.get('restart').text() ?? 'no';
  return service.get('profiles').items().length === 0 && !/^(no|false|on-failure.*)$/.test(restart);
}

function serviceDifferences(stack: Stack, service: Service, found: View): Mistake[] {
  if (!found.exists) return [];
  return [
    ...portDifferences(stack, service, found),
    ...dependencyDifferences(stack, service, found),
    ...environmentDifferences(stack, service, found.get('environment')),
    ...healthDifferences(service, found),
    ...limitDifferences(service.name, found),
  ];
}

function backingDifferences({ name, image }: Backing, found: View): Mistake[] {
  if (!found.exists) return [];
  const { text, line } = found.get('image');
  const used = withDefaults(text() ?? '');
  return [
    // A mirror's registry may stand before the name, but not by default.
    ...(used === image ? [] : [{ line, message: `${name} runs ${used || 'no image'}, not ${image}` }]),
    ...(found.get('healthcheck').get('test').exists ? [] : [noHealthCheck(name, found)]),
    ...limitDifferences(name, found),
  ];
}

/** It is among the service's processes, and asks for its health. */
function sidecarDifferences(name: string, service: Service, found: View): Mistake[] {
  if (!found.exists) return [];
  const expected = {
    pid: `service:${service.name}`,
    command: `http://${service.name}:${service.adminPort}/healthz`,
  };
  const differences = Object.entries(expected).flatMap(([key, value]) => {
    const words = [found.get(key), ...found.get(key).items()].map((word) => word.text() ?? '');
    if (words.some((word) => word === value || word.endsWith(`=${value}`))) return [];
    return [{ line: found.get(key).line, message: `${name} lacks ${value} in its ${key}` }];
  });
  return [...differences, ...limitDifferences(name, found)];
}

function noHealthCheck(name: string, { lineOfKey }: View): Mistake {
  return { line: lineOfKey, message: `${name} has no health check` };
}

/** `depends_on` of a service: all that services.yaml lists, each awaited until it is healthy, and no other service. */
function dependencyDifferences(stack: Stack, { name, dependsOn }: Service, found: View): Mistake[] {
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

/** The health check of a service asks `/readyz`, on its admin port when it names one. */
export function healthDifferences({ name, adminPort }: Service, found: View): Mistake[] {
  const { exists, line, text, items } = found.get('healthcheck').get('test');
  if (!exists) return [noHealthCheck(name, found)];
  const words = items().map((item) => item.text() ?? '');
  const command = withDefaults(text() ?? words.join(' '));
  if (!command.includes('/readyz')) return [{ line, message: `the health check of ${name} does not ask /readyz` }];
  const port = /:(\d+)\/readyz/.exec(command)?.[1] ?? String(adminPort);
  if (port === String(adminPort)) return [];
  return [{ line, message: `the health check of ${name} asks port ${port}, its admin_port is ${adminPort}` }];
}

/** Each container has a limit of memory and of CPUs, in either of Compose's two ways to write them. */
function limitDifferences(name: string, found: View): Mistake[] {
  const limits = found.get('deploy').get('resources').get('limits');
  const lacking = [
    ...(found.get('mem_limit').exists || limits.get('memory').exists ? [] : ['memory']),
    ...(found.get('cpus').exists || limits.get('cpus').exists ? [] : ['CPU']),
  ];
  return lacking.map((what) => ({ line: found.lineOfKey, message: `${name} has no ${what} limit` }));
}
