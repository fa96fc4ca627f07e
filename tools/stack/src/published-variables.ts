import { entryServices } from './stack.ts';
import type { Stack } from './stack.ts';

const KINDS = { port: 'PORT', adminPort: 'ADMIN_PORT', debugPort: 'DEBUG_PORT' } as const;

/** A port that Compose publishes, and the variable of its files that sets it, such as WEB_ADMIN_PORT. */
export interface PublishedVariable {
  /** Or the part of the observability stack. */
  readonly service: string;
  readonly kind: keyof typeof KINDS;
  readonly variable: string;
  /** By default. */
  readonly port: number;
}

/**
 * Of the ports for callers, Compose publishes only those of services that nothing else of the stack calls; and the pages
 * of the observability stack, where it runs.
 */
export function publishedVariables(stack: Stack): PublishedVariable[] {
  const entries = entryServices(stack);
  const kinds = Object.keys(KINDS) as PublishedVariable['kind'][];
  return [
    ...stack.services.flatMap((service) =>
      kinds
        .filter((kind) => kind !== 'port' || entries.includes(service.name))
        .map((kind) => published(service.name, kind, service[kind])),
    ),
    ...stack.observability.map(({ name, port }) => published(name, 'port', port)),
  ];
}

function published(service: string, kind: PublishedVariable['kind'], port: number): PublishedVariable {
  return { service, kind, variable: `${service.toUpperCase().replaceAll('-', '_')}_${KINDS[kind]}`, port };
}
