import { join } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import { isBlockedPort, type Service, type Stack } from '@evenkeel/stack';
import type { Workspace } from '../workspace.ts';

/** A variable as Compose reads it: from the environment, else from `.env`. */
export function composeVariable({ root, env }: Pick<Workspace, 'root' | 'env'>): (name: string) => string | undefined {
  const dotenv = readDotenv(join(root, '.env'), () => undefined);
  return (name) => env[name] || dotenv.get(name)?.value;
}

/** Those of the variables for published ports that name one which no browser opens, such as `API_GATEWAY_PORT=10080`. */
export function blockedPublishedPorts(stack: Stack, variable: (name: string) => string | undefined): string[] {
  return stack.services.flatMap(({ name }) =>
    ['PORT', 'ADMIN_PORT', 'DEBUG_PORT']
      .map((suffix) => `${name.toUpperCase().replaceAll('-', '_')}_${suffix}`)
      .filter((port) => isBlockedPort(Number(variable(port) || Number.NaN)))
      .map((port) => `${port}=${variable(port)}`),
  );
}

/**
 * Where Compose publishes the inspector of each service: API_GATEWAY_DEBUG_PORT and the like, in the environment or in
 * `.env`, else as services.yaml says. Compose knows no PORT_OFFSET.
 *
 * @param stack with its ports as services.yaml has them
 */
export function publishedPorts(
  stack: Stack,
  variable: (name: string) => string | undefined,
): (service: Service) => number {
  const ports = new Map(
    stack.services.map(({ name, debugPort }) => {
      const chosen = variable(`${name.toUpperCase().replaceAll('-', '_')}_DEBUG_PORT`) ?? '';
      return [name, /^\d+$/.test(chosen) ? Number(chosen) : debugPort];
    }),
  );
  return ({ name, debugPort }) => ports.get(name) ?? debugPort;
}
