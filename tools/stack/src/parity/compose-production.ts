import type { Service, Stack } from '../stack.ts';
import { publishedDifferences, readPort } from './compose-ports.ts';
import { healthDifferences, sidecarContainers } from './compose.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';

/** What must not be added to that of docker-compose.dev.yml, as Compose does without a tag. */
const replaced = ['ports', 'volumes'];

/** Where docker-compose.prod.yml differs: each service runs what ships, and publishes nothing for developers. */
export function productionDifferences(stack: Stack, file: View): Mistake[] {
  const services = file.get('services');
  const named = [...stack.services, ...stack.backing].map(({ name }) => name);
  const declared = new Set([...named, ...sidecarContainers(stack).keys()]);
  const unknown = services.entries().filter(([name]) => !declared.has(name));
  return [
    ...unknown.map(([name, { lineOfKey }]) => ({ line: lineOfKey, message: `${name} is not in services.yaml` })),
    ...stack.services.flatMap((service) => serviceDifferences(service, services.get(service.name))),
  ];
}

function serviceDifferences(service: Service, found: View): Mistake[] {
  const { name, adminPort, debugPort } = service;
  if (!found.exists) return [{ line: found.lineOfKey, message: `${name} is missing: it would run as in development` }];
  const kept = replaced.filter((key) => !['!reset', '!override'].includes(found.get(key).tag ?? ''));
  const target = found.get('build').get('target');
  const inside = new Map([
    [adminPort, 'admin_port'],
    [debugPort, 'debug_port'],
  ]);
  const published = found
    .get('ports')
    .items()
    .flatMap((port) => readPort(port) ?? []);
  return [
    ...kept.map((key) => ({
      line: found.get(key).lineOfKey,
      message: `${name} keeps its ${key} of docker-compose.dev.yml; write !reset or !override`,
    })),
    ...published.flatMap((port) => publishedDifferences(service, port)),
    ...published
      .filter((port) => inside.has(port.target))
      .map((port) => ({ line: port.line, message: `${name} publishes its ${inside.get(port.target)} ${port.target}` })),
    ...(found.get('healthcheck').exists ? healthDifferences(service, found) : []),
    ...(target.text() === 'prod' ? [] : [{ line: target.line, message: `${name} does not build the target prod` }]),
  ];
}
