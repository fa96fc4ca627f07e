import type { Service, Stack } from '../stack.ts';
import { healthDifferences } from './compose-health.ts';
import { readPort } from './compose-port.ts';
import { publishedDifferences } from './compose-ports.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** Where docker-compose.prod.yml differs: each service runs what ships, and publishes nothing for developers. */
export function productionDifferences(stack: Stack, file: View): Difference[] {
  const shipped = stack.services.flatMap(({ name, adminPort, debugPort }) => {
    const found = file.get('services').get(name);
    if (!found.exists) return [];
    const target = found.get('build').get('target');
    const inside = new Map([
      [adminPort, 'admin_port'],
      [debugPort, 'debug_port'],
    ]);
    const published = found
      .get('ports')
      .items()
      .map((entry) => ({ line: entry.line, target: readPort(entry)?.target ?? 0 }))
      .filter(({ target }) => inside.has(target));
    return [
      ...(target.text() === 'prod' ? [] : [{ line: target.line, message: `${name} does not build the target prod` }]),
      ...published.map(({ line, target }) => ({
        line,
        message: `${name} publishes its ${inside.get(target)} ${target}`,
      })),
    ];
  });
  return [...overrideDifferences(stack, file, ['ports', 'volumes']), ...shipped];
}

/** Where docker-compose.watch.yml differs: each service has copied sources instead of mounted ones. */
export function watchDifferences(stack: Stack, file: View): Difference[] {
  return overrideDifferences(stack, file, ['volumes']);
}

/** @param replaced what must not be added to that of docker-compose.dev.yml, as Compose does without a tag */
function overrideDifferences(stack: Stack, file: View, replaced: readonly string[]): Difference[] {
  const services = file.get('services');
  const declared = new Set([...stack.services, ...stack.backing].map(({ name }) => name));
  const unknown = services.entries().filter(([name]) => !declared.has(name));
  return [
    ...unknown.map(([name, { lineOfKey }]) => ({ line: lineOfKey, message: `${name} is not in services.yaml` })),
    ...stack.services.flatMap((service) => serviceDifferences(service, services.get(service.name), replaced)),
  ];
}

function serviceDifferences(service: Service, found: View, replaced: readonly string[]): Difference[] {
  const { name } = service;
  if (!found.exists) return [{ line: found.lineOfKey, message: `${name} is missing: it would run as in development` }];
  const kept = replaced.filter((key) => !['!reset', '!override'].includes(found.get(key).tag ?? ''));
  const published = found.get('ports').items().map(readPort);
  return [
    ...kept.map((key) => ({
      line: found.get(key).lineOfKey,
      message: `${name} keeps its ${key} of docker-compose.dev.yml; write !reset or !override`,
    })),
    ...published.flatMap((port) => (port === undefined ? [] : publishedDifferences(service, port))),
    ...(found.get('healthcheck').exists ? healthDifferences(service, found) : []),
  ];
}
