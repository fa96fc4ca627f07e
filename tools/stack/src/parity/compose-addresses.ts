import type { Service, Stack } from '../stack.ts';
import { withDefaults } from './compose-defaults.ts';
import type { Difference } from './difference.ts';
import type { View } from './view.ts';

const address = /\/\/(?:[^@/\s]*@)?(?<host>[a-z][a-z0-9-]*):(?<port>\d+)/g;

/**
 * The addresses in a service's environment (`redis://redis:6379/0`): each names the port that services.yaml gives, and
 * something that the service depends on or calls, since network policies allow no other.
 */
export function addressDifferences(stack: Stack, { name, dependsOn, calls }: Service, found: View): Difference[] {
  const ports = new Map([...stack.services, ...stack.backing].map((each) => [each.name, each.port]));
  const environment = found.get('environment');
  const values = [...environment.items(), ...environment.entries().map(([, value]) => value)];
  return values.flatMap((value) =>
    [...withDefaults(value.text() ?? '').matchAll(address)].flatMap(({ groups: { host = '', port = '' } = {} }) => {
      const declared = ports.get(host);
      if (declared === undefined) return [];
      const messages = [];
      if (port !== String(declared))
        messages.push(`${name} asks ${host} at port ${port}, services.yaml says ${declared}`);
      if (![...dependsOn, ...calls].includes(host)) {
        messages.push(`${name} talks to ${host}, which is in neither its depends_on nor its calls`);
      }
      return messages.map((message) => ({ line: value.line, message }));
    }),
  );
}
