import type { Service, Stack } from '@evenkeel/stack';

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
