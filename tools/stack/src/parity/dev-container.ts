import type { Stack } from '../stack.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/** Where a Dev Container differs from the stack: every port of every service is forwarded under its name. */
export function devContainerDifferences(stack: Stack, file: View): Difference[] {
  const forwarded = file.get('forwardPorts');
  const attributes = file.get('portsAttributes');
  const ports = forwarded.items().map((item) => ({ port: item.text() ?? '', line: item.line }));
  const owners = new Map([
    ...stack.services.flatMap(({ name, port, adminPort, debugPort }) =>
      [port, adminPort, debugPort].map((each) => [String(each), name] as const),
    ),
    ...stack.backing.map(({ name, port }) => [String(port), name] as const),
  ]);

  const missing = stack.services
    .flatMap(({ name, port, adminPort, debugPort }) =>
      [port, adminPort, debugPort].map((each) => ({ name, port: each })),
    )
    .filter((each) => !ports.some(({ port }) => port === String(each.port)))
    .map(({ name, port }) => ({ line: forwarded.lineOfKey, message: `port ${port} of ${name} is not forwarded` }));
  const unlabelled = ports
    .filter(({ port }) => attributes.get(port).get('label').text() === undefined)
    .map(({ port, line }) => ({ line, message: `the forwarded port ${port} has no label in portsAttributes` }));
  const mislabelled = attributes.entries().flatMap(([port, attribute]) => {
    const label = attribute.get('label');
    const named = [...stack.services, ...stack.backing].find(({ name }) => label.text()?.includes(name))?.name;
    const owner = owners.get(port);
    if (named === owner) return [];
    const message = owner === undefined ? `${port} is no port of ${named}` : `${port} is a port of ${owner}`;
    return [{ line: label.line, message: `${message}, and is labelled "${label.text() ?? ''}"` }];
  });
  return [...missing, ...unlabelled, ...mislabelled];
}
