import { join } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import { entryServices, isBlockedPort, type Service, type Stack } from '@evenkeel/stack';
import type { Workspace } from '../workspace.ts';

/** A variable as Compose reads it: from the environment, else from `.env`. */
export function composeVariable({ root, env }: Pick<Workspace, 'root' | 'env'>): (name: string) => string | undefined {
  const dotenv = readDotenv(join(root, '.env'), () => undefined);
  return (name) => env[name] || dotenv.get(name)?.value;
}

const KINDS = { port: 'PORT', adminPort: 'ADMIN_PORT', debugPort: 'DEBUG_PORT' } as const;

/** A port that Compose publishes, and the variable of docker-compose.dev.yml that sets it, such as API_GATEWAY_ADMIN_PORT. */
export interface PublishedPort {
  service: string;
  kind: keyof typeof KINDS;
  variable: string;
  port: number;
}

/**
 * The ports that Compose publishes: what the variables say, else those of the stack. Of the ports for callers these are
 * only those of services that nothing else of the stack calls.
 *
 * @param read reads a variable as Compose would, from the environment or `.env`
 */
export function publishedPorts(stack: Stack, read: (name: string) => string | undefined): PublishedPort[] {
  const entries = entryServices(stack);
  const kinds = Object.keys(KINDS) as PublishedPort['kind'][];
  return stack.services.flatMap((service) =>
    kinds
      .filter((kind) => kind !== 'port' || entries.includes(service.name))
      .map((kind) => {
        const variable = `${service.name.toUpperCase().replaceAll('-', '_')}_${KINDS[kind]}`;
        const chosen = read(variable) ?? '';
        const port = /^\d+$/.test(chosen) ? Number(chosen) : service[kind];
        return { service: service.name, kind, variable, port };
      }),
  );
}

/** The services with the ports that Compose publishes. */
export function publishedServices({ services }: Stack, ports: readonly PublishedPort[]): Service[] {
  return services.map((service) => {
    const own = ports.filter((each) => each.service === service.name);
    return { ...service, ...Object.fromEntries(own.map(({ kind, port }) => [kind, port])) };
  });
}

/** Those of the published ports that no browser opens, such as `API_GATEWAY_PORT=10080`. */
export function blockedPublishedPorts(stack: Stack, read: (name: string) => string | undefined): string[] {
  const blocked = publishedPorts(stack, read).filter(({ port }) => isBlockedPort(port));
  return blocked.map(({ variable, port }) => `${variable}=${port}`);
}
