import { entryServices } from '../stack.ts';
import type { Service, Stack } from '../stack.ts';
import { withDefaults } from './compose-defaults.ts';
import type { Mistake } from '../problem.ts';
import type { View } from '../read/view.ts';

/** A port that Compose publishes when no variable is set. */
interface PublishedPort {
  /** Undefined: on every address of the host. */
  readonly address: string | undefined;
  /** On the host; undefined: any free one. */
  readonly published: number | undefined;
  /** In the container. */
  readonly target: number;
  readonly line: number;
}

const shortSyntax = /^(?:(?<address>\d+(?:\.\d+){3}|\[[^\]]+\]):)?(?:(?<published>\d+):)?(?<target>\d+)(?:\/tcp)?$/;

/** Reads an entry of `ports` in its short or long form; undefined when it is neither. */
export function readPort(entry: View): PublishedPort | undefined {
  const field = (name: string) => withDefaults(entry.get(name).text() ?? '') || undefined;
  const long = { address: field('host_ip'), published: field('published'), target: field('target') };
  const short = shortSyntax.exec(withDefaults(entry.text() ?? ''))?.groups;
  const { address, published, target } = short ?? long;
  const [onHost, inContainer] = [published, target].map((text) =>
    /^\d+$/.test(text ?? '') ? Number(text) : undefined,
  );
  return inContainer === undefined ? undefined : { address, published: onHost, target: inContainer, line: entry.line };
}

/**
 * The ports of a service: what is published is on loopback under the number of services.yaml, and the inspector, the admin
 * port and the ports for clients are published.
 */
export function portDifferences(stack: Stack, service: Service, found: View): Mistake[] {
  const { name, port, adminPort, debugPort } = service;
  const ports = found.get('ports').items();
  const published = ports.map(readPort);
  const unread = ports.filter((_, index) => published[index] === undefined);
  const needed = entryServices(stack).includes(name) ? [port, adminPort, debugPort] : [adminPort, debugPort];
  const lacking = needed.filter((each) => !published.some((entry) => entry?.target === each));
  return [
    ...unread.map(({ line, value }) => ({ line, message: `${name}: cannot read the port ${JSON.stringify(value)}` })),
    ...published.filter((entry) => entry !== undefined).flatMap((entry) => publishedDifferences(service, entry)),
    ...lacking.map((each) => ({
      line: found.lineOfKey,
      message: `${name} does not publish its ${kind(service, each)} ${each}`,
    })),
  ];
}

/** What is wrong with one published port. */
export function publishedDifferences(service: Service, { address, published, target, line }: PublishedPort): Mistake[] {
  const messages = [];
  const what = kind(service, target);
  if (what === undefined) messages.push(`publishes ${target}, which is not one of its ports`);
  else if (published !== target) messages.push(`publishes its ${what} ${target} as ${published ?? 'any port'}`);
  if (address !== '127.0.0.1' && address !== '[::1]' && address !== '::1') {
    messages.push(`publishes ${target} on ${address ?? 'every address'}, not on 127.0.0.1`);
  }
  return messages.map((message) => ({ line, message: `${service.name} ${message}` }));
}

function kind({ port, adminPort, debugPort }: Service, number: number): string | undefined {
  const names = { [debugPort]: 'debug_port', [adminPort]: 'admin_port', [port]: 'port' };
  return names[number];
}
