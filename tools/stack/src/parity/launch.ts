import type { Stack } from '../stack.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/**
 * Where the launch configurations of an editor differ from the stack: every service can be attached to at its
 * debug_port and again after a restart, no other port is attached to, and one compound attaches to all of them.
 */
export function launchDifferences(stack: Stack, file: View): Difference[] {
  const configurations = file.get('configurations').items();
  const attaching = configurations.filter((each) => each.get('request').text() === 'attach');
  const names = new Set(configurations.map((each) => each.get('name').text()));
  const byPort = new Map(stack.services.map((service) => [String(service.debugPort), service.name]));

  const missing = [...byPort]
    .filter(([port]) => !attaching.some((each) => each.get('port').text() === port))
    .map(([port, name]) => ({
      line: file.get('configurations').lineOfKey,
      message: `nothing attaches to ${name} at its debug_port ${port}`,
    }));
  const wrong = attaching.flatMap((each) => attachDifferences(stack, byPort, each));
  const unknown = file
    .get('compounds')
    .items()
    .flatMap((compound) => compound.get('configurations').items())
    .filter((item) => !names.has(item.text()))
    .map((item) => ({ line: item.line, message: `there is no configuration "${item.text()}"` }));
  return [...missing, ...wrong, ...unknown, ...compoundDifferences(stack, file, attaching)];
}

function attachDifferences(stack: Stack, byPort: ReadonlyMap<string, string>, configuration: View): Difference[] {
  const name = configuration.get('name').text() ?? 'a configuration without a name';
  const port = configuration.get('port');
  const owner = byPort.get(port.text() ?? '');
  if (owner === undefined) {
    return [{ line: port.line, message: `"${name}" attaches to ${port.text() ?? 'no port'}, which is no debug_port` }];
  }
  const meant = stack.services.find((service) => name.includes(service.name))?.name ?? owner;
  const other = meant === owner ? [] : [`"${name}" attaches to the debug_port of ${owner}`];
  const once = configuration.get('restart').exists ? [] : [`"${name}" does not attach again after a restart`];
  return [...other, ...once].map((message) => ({ line: port.line, message }));
}

function compoundDifferences(stack: Stack, file: View, attaching: readonly View[]): Difference[] {
  const ports = new Map(attaching.map((each) => [each.get('name').text(), each.get('port').text()]));
  const covers = (compound: View): boolean => {
    const reached = new Set(
      compound
        .get('configurations')
        .items()
        .map((item) => ports.get(item.text())),
    );
    return stack.services.every(({ debugPort }) => reached.has(String(debugPort)));
  };
  const compounds = file.get('compounds');
  if (compounds.items().some(covers)) return [];
  return [{ line: compounds.lineOfKey, message: 'no compound attaches to all services' }];
}
