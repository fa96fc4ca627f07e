import type { Service, Stack } from '../stack.ts';
import { connectionsOf, usedBy } from '../wiring/connections.ts';
import { secretVariables } from '../wiring/generated-secrets.ts';
import { withDefaults } from './compose-defaults.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';

/**
 * The variables of a service: its ports, what it depends on and calls, and its secrets are as services.yaml says. It has
 * no other secret, and the address of nothing else, since network policies allow no other.
 *
 * @param elsewhere variables that it may also get from another place
 */
export function environmentDifferences(
  stack: Stack,
  service: Service,
  environment: View,
  elsewhere: readonly string[] = [],
): Mistake[] {
  const { name } = service;
  const variables = variablesOf(environment);
  const expected = expectedVariables(stack, service);
  const wired = Object.entries(expected).flatMap(([variable, value]): Mistake[] => {
    const given = variables.get(variable);
    if (given?.value === value || (given === undefined && elsewhere.includes(variable))) return [];
    if (given === undefined)
      return [{ line: environment.lineOfKey, message: `${name} lacks its ${variable}=${value}` }];
    return [{ line: given.line, message: `${name} has ${variable}=${given.value}, services.yaml says ${value}` }];
  });
  const others = [...variables].filter(([variable]) => !Object.hasOwn(expected, variable));
  const foreign = others.flatMap(([variable, { value, line }]) => {
    const secret = value.startsWith(secretsFolder) ? [`${name} has the secret ${variable}, not in its secrets`] : [];
    return [...secret, ...addressMistakes(stack, service, value)].map((message) => ({ line, message }));
  });
  return [...wired, ...foreign];
}

const secretsFolder = '/run/secrets/';

function expectedVariables(stack: Stack, service: Service): Record<string, string> {
  const ports = portsOf(stack);
  const secretFile = (file: string) => secretsFolder + file;
  return {
    PORT: String(service.port),
    ADMIN_PORT: String(service.adminPort),
    HOT_RESTART_DEBUG_PORT: String(service.debugPort),
    ...connectionsOf(stack, service, { address: (name) => `${name}:${ports.get(name)}`, secretFile }),
    ...secretVariables(service, secretFile),
  };
}

/** In either form of `environment`, with the defaults of what they are made of. */
function variablesOf(environment: View): Map<string, { value: string; line: number }> {
  const listed = environment.items().map(({ text, line }): [string, string, number] => {
    const [variable = '', ...value] = (text() ?? '').split('=');
    return [variable, value.join('='), line];
  });
  const mapped = environment.entries().map(([variable, { text, line }]) => [variable, text() ?? '', line] as const);
  return new Map([...listed, ...mapped].map(([name, text, line]) => [name, { value: withDefaults(text), line }]));
}

const address = /\/\/(?:[^@/\s]*@)?(?<host>[a-z][a-z0-9-]*):(?<port>\d+)/g;

function addressMistakes(stack: Stack, service: Service, value: string): string[] {
  const ports = portsOf(stack);
  return [...value.matchAll(address)].flatMap(({ groups: { host = '', port = '' } = {} }) => {
    const declared = ports.get(host);
    if (declared === undefined) return [];
    const messages = [];
    if (port !== String(declared)) {
      messages.push(`${service.name} asks ${host} at port ${port}, services.yaml says ${declared}`);
    }
    if (!usedBy(service).has(host)) {
      messages.push(`${service.name} calls ${host}, which is in neither its depends_on nor its calls`);
    }
    return messages;
  });
}

function portsOf(stack: Stack): Map<string, number> {
  return new Map([...stack.services, ...stack.backing].map(({ name, port }) => [name, port]));
}
