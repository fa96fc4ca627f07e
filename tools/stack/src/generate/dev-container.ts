import { readYaml } from '../read/view.ts';
import { entryServices, type Stack } from '../stack.ts';
import { replacePart } from './generated-file.ts';
import { withoutComments } from './without-comments.ts';

interface Attributes {
  readonly label: string;
  readonly onAutoForward?: string;
}

const CHECKS = 'health and coverage, under Tilt';
const ADMIN = 'health, metrics, API description';
const DEBUGGER = 'debugger';

/**
 * A Dev Container's `devcontainer.json` that forwards every port of every service under its name. Ports with other labels,
 * such as Tilt's, are kept, and so are comments, except those inside `forwardPorts` and `portsAttributes`.
 */
export function withForwardedPorts(stack: Stack, text: string): string {
  const ports = [...othersPorts(stack, text), ...portsOf(stack)];
  const forwarded = filled(ports.map(([port]) => port));
  const attributes = ports.map(([port, attribute]) => `"${port}": ${inOneLine(attribute)}`).join(',\n    ');
  const withPorts = replacePart(text, /"forwardPorts": \[[^\]]*\]/, `"forwardPorts": [${forwarded}]`);
  return replacePart(
    withPorts,
    /"portsAttributes": \{(?:[^{}]|\{[^{}]*\})*\}/,
    `"portsAttributes": {\n    ${attributes}\n  }`,
  );
}

function portsOf(stack: Stack): [string, Attributes][] {
  const entries = entryServices(stack);
  const each = (key: 'port' | 'adminPort' | 'debugPort', attributes: (name: string) => Attributes) =>
    stack.services.map((service): [string, Attributes] => [String(service[key]), attributes(service.name)]);
  return [
    ...each('port', (name) => ({ label: name, ...(!entries.includes(name) && { onAutoForward: 'silent' }) })),
    ...each('adminPort', (name) => ({ label: `${name}: ${ADMIN}`, onAutoForward: 'silent' })),
    ...each('debugPort', (name) => ({ label: `${name}: ${DEBUGGER}`, onAutoForward: 'ignore' })),
    [String(stack.checks.port), { label: CHECKS, onAutoForward: 'silent' }],
  ];
}

/** Those whose labels are not ours: not even of a service that is no longer declared. */
function othersPorts({ services }: Stack, text: string): [string, Attributes][] {
  const { view } = readYaml(withoutComments(text), '');
  const all = Object.entries((view?.get('portsAttributes').value ?? {}) as Record<string, Attributes>);
  const suffix = new RegExp(`: (?:${ADMIN}|${DEBUGGER})$`);
  const owners = all.filter(([, { label }]) => suffix.test(label)).map(([, { label }]) => label.replace(suffix, ''));
  const names = new Set([CHECKS, ...owners, ...services.map(({ name }) => name)]);
  return all.filter(([, { label }]) => !names.has(label.replace(suffix, '')));
}

/** As Prettier lays out numbers: in one line of 120 characters, or in lines that are filled. */
function filled(numbers: readonly string[]): string {
  const all = numbers.join(', ');
  if (all.length + '  "forwardPorts": [],'.length <= 120) return all;
  return `\n    ${all.replace(/(.{1,115})(?: |$)/g, '$1\n    ').trim()}\n  `;
}

function inOneLine(attributes: object): string {
  const entries = Object.entries(attributes).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{ ${entries.join(', ')} }`;
}
