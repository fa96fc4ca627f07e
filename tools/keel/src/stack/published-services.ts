import { join } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import { entryServices, isBlockedPort, type Service, type Stack } from '@evenkeel/stack';
import type { Workspace } from '../workspace.ts';

/** A variable as Compose reads it: from the environment, else from `.env`. */
export function composeVariable({ root, env }: Pick<Workspace, 'root' | 'env'>): (name: string) => string | undefined {
  const dotenv = readDotenv(join(root, '.env'), () => undefined);
  return (name) => env[name] || dotenv.get(name)?.value;
}

/** The variable of docker-compose.dev.yml that sets a published port, such as API_GATEWAY_ADMIN_PORT. */
export function portVariable(service: string, kind: 'PORT' | 'ADMIN_PORT' | 'DEBUG_PORT'): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_${kind}`;
}

/**
 * The services with the ports that Compose publishes: what the variables say, else those of the stack. Of the ports for
 * callers it publishes only those of services that nothing else of the stack calls.
 *
 * @param variable reads a variable as Compose would, from the environment or `.env`
 */
export function publishedServices(stack: Stack, variable: (name: string) => string | undefined): Service[] {
  const entries = entryServices(stack);
  return stack.services.map((service) => {
    const chosen = (kind: Parameters<typeof portVariable>[1], byDefault: number) => {
      const text = variable(portVariable(service.name, kind)) ?? '';
      return /^\d+$/.test(text) ? Number(text) : byDefault;
    };
    return {
      ...service,
      port: entries.includes(service.name) ? chosen('PORT', service.port) : service.port,
      adminPort: chosen('ADMIN_PORT', service.adminPort),
      debugPort: chosen('DEBUG_PORT', service.debugPort),
    };
  });
}

/** Those of the variables for published ports that name one which no browser opens, such as `API_GATEWAY_PORT=10080`. */
export function blockedPublishedPorts(stack: Stack, variable: (name: string) => string | undefined): string[] {
  return stack.services.flatMap(({ name }) =>
    (['PORT', 'ADMIN_PORT', 'DEBUG_PORT'] as const)
      .map((kind) => portVariable(name, kind))
      .filter((port) => isBlockedPort(Number(variable(port) || Number.NaN)))
      .map((port) => `${port}=${variable(port)}`),
  );
}
