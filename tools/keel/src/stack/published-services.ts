import { entryServices, type Service, type Stack } from '@evenkeel/stack';

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
