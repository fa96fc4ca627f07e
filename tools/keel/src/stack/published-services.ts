import { join } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import { isBlockedPort, publishedVariables, type PublishedVariable, type Service, type Stack } from '@evenkeel/stack';
import type { Workspace } from '../workspace.ts';

/** A variable as Compose reads it: from the environment, else from `.env`. */
export function composeVariable({ root, env }: Pick<Workspace, 'root' | 'env'>): (name: string) => string | undefined {
  const dotenv = readDotenv(join(root, '.env'), () => undefined);
  return (name) => env[name] || dotenv.get(name)?.value;
}

/**
 * The ports that Compose publishes: what the variables say, else those of the stack.
 *
 * @param read reads a variable as Compose would, from the environment or `.env`
 */
export function publishedPorts(stack: Stack, read: (name: string) => string | undefined): PublishedVariable[] {
  return publishedVariables(stack).map((published) => {
    const chosen = read(published.variable) ?? '';
    return { ...published, port: /^\d+$/.test(chosen) ? Number(chosen) : published.port };
  });
}

/** The services with the ports that Compose publishes. */
export function publishedServices({ services }: Stack, ports: readonly PublishedVariable[]): Service[] {
  return services.map((service) => {
    const own = ports.filter((each) => each.service === service.name);
    return { ...service, ...Object.fromEntries(own.map(({ kind, port }) => [kind, port])) };
  });
}

/** Those of the published ports that no browser opens, such as `WEB_PORT=10080`. */
export function blockedPublishedPorts(stack: Stack, read: (name: string) => string | undefined): string[] {
  const blocked = publishedPorts(stack, read).filter(({ port }) => isBlockedPort(port));
  return blocked.map(({ variable, port }) => `${variable}=${port}`);
}
