import type { Stack } from '../stack.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

/**
 * Where the launch configurations that `keel setup` generates differ from the stack: each service can be attached to in
 * local mode and in a container, and all of them at once. They are known by their names; any other is its owner's.
 *
 * The ports of local mode may all be moved by one PORT_OFFSET. Compose's are the user's to choose (`.env`).
 */
export function launchDifferences(stack: Stack, file: View): Difference[] {
  const configurations = named(file.get('configurations'));
  const compounds = named(file.get('compounds'));
  const attaching = (where: string) =>
    stack.services.map(({ name, debugPort }) => ({
      name: `${name} (${where})`,
      debugPort,
      found: configurations.get(`${name} (${where})`),
    }));
  return ['local', 'container'].flatMap((where) => {
    const wanted = attaching(where);
    const missing = wanted
      .filter(({ found }) => found === undefined)
      .map(({ name }) => ({
        line: file.get('configurations').lineOfKey,
        message: `there is no configuration "${name}"; ./keel setup writes it`,
      }));
    const present = wanted.flatMap(({ name, debugPort, found }) => (found ? [{ name, debugPort, found }] : []));
    return [
      ...missing,
      ...present.flatMap(({ name, found }) => attachDifferences(name, found, where === 'container')),
      ...(where === 'local' ? localPortDifferences(present) : containerPortDifferences(present)),
      ...compoundDifferences(file, compounds, `all services (${where})`, wanted),
    ];
  });
}

interface Attaching {
  readonly name: string;
  readonly debugPort: number;
  readonly found: View;
}

function named(list: View): Map<string, View> {
  return new Map(list.items().map((each) => [each.get('name').text() ?? '', each]));
}

function attachDifferences(name: string, found: View, inContainer: boolean): Difference[] {
  const remoteRoot = found.get('remoteRoot');
  const messages = [
    ...(found.get('request').text() === 'attach' ? [] : [`"${name}" does not attach`]),
    ...(found.get('restart').exists ? [] : [`"${name}" does not attach again after a restart`]),
  ];
  return [
    ...messages.map((message) => ({ line: found.line, message })),
    ...(!inContainer || remoteRoot.text() === '/work'
      ? []
      : [{ line: remoteRoot.line, message: `"${name}" has no remoteRoot /work, where its sources are` }]),
  ];
}

/** Each at its debug_port, or all of them as far from it. */
function localPortDifferences(present: readonly Attaching[]): Difference[] {
  const offsets = present.map(({ debugPort, found }) => Number(found.get('port').text()) - debugPort);
  const offset = offsets.includes(0) ? 0 : (offsets.find(Number.isInteger) ?? 0);
  return present.flatMap(({ name, debugPort, found }, index) => {
    if (offsets[index] === offset) return [];
    const port = found.get('port');
    const message = `"${name}" attaches to ${port.text() ?? 'no port'}, not to ${debugPort + offset}`;
    return [{ line: port.line, message }];
  });
}

/** Each at a port of its own. */
function containerPortDifferences(present: readonly Attaching[]): Difference[] {
  return present.flatMap(({ name, found }, index) => {
    const port = found.get('port');
    if (!Number.isInteger(Number(port.text()))) return [{ line: port.line, message: `"${name}" attaches to no port` }];
    const other = present.slice(0, index).find((each) => each.found.get('port').text() === port.text());
    return other === undefined
      ? []
      : [{ line: port.line, message: `"${name}" attaches to the port of "${other.name}"` }];
  });
}

function compoundDifferences(
  file: View,
  compounds: ReadonlyMap<string, View>,
  name: string,
  wanted: readonly { readonly name: string }[],
): Difference[] {
  const compound = compounds.get(name);
  if (compound === undefined) {
    return [
      { line: file.get('compounds').lineOfKey, message: `there is no compound "${name}"; ./keel setup writes it` },
    ];
  }
  const list = compound.get('configurations');
  const listed = list.items().map((item) => item.text());
  return wanted
    .filter((each) => !listed.includes(each.name))
    .map((each) => ({ line: list.lineOfKey, message: `"${name}" does not attach to "${each.name}"` }));
}
