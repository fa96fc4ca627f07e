import { isBlockedPort } from './blocked-ports.ts';
import type { Stack } from './stack.ts';

/**
 * The stack with every host port moved by `offset` (PORT_OFFSET), so that two clones run side by side.
 *
 * @throws RangeError when the offset is no whole number, moves a port out of 1 to 65535, or moves one that is
 *   a service's, a sidecar's or that of the checks to where no browser opens it
 */
export function withPortOffset(stack: Stack, offset: number): Stack {
  if (!Number.isInteger(offset)) {
    throw new RangeError(`PORT_OFFSET must be a whole number, not ${offset}. Try PORT_OFFSET=100.`);
  }
  // Of a store or of the observability stack, which may not run, it is no error to be where no browser opens it.
  const moved = (port: number, owner: string, isForBrowsers = true): number => {
    const result = port + offset;
    const what = `PORT_OFFSET=${offset} moves the port ${port} of ${owner} to ${result}`;
    if (result < 1 || result > 65_535) throw new RangeError(`${what}, outside 1 to 65535. Choose another offset.`);
    if (isForBrowsers && isBlockedPort(result)) {
      const next = `Try PORT_OFFSET=${nextOpenOffset(stack, offset)}.`;
      throw new RangeError(`${what}, which browsers refuse to open (Fetch standard, "Port blocking"). ${next}`);
    }
    return result;
  };
  return {
    services: stack.services.map((service) => ({
      ...service,
      port: moved(service.port, service.name),
      adminPort: moved(service.adminPort, service.name),
      debugPort: moved(service.debugPort, service.name),
    })),
    backing: stack.backing.map((backing) => ({ ...backing, port: moved(backing.port, backing.name, false) })),
    sidecars: stack.sidecars.map((sidecar) => ({ ...sidecar, metricsPort: moved(sidecar.metricsPort, sidecar.name) })),
    checks: { port: moved(stack.checks.port, 'checks') },
    observability: stack.observability.map((page) => ({ ...page, port: moved(page.port, page.name, false) })),
  };
}

/** In steps of 100, as offsets are chosen everywhere. Above 10080 every port is open. */
function nextOpenOffset(stack: Stack, offset: number): number {
  const { services, sidecars, checks, observability } = stack;
  const ports = services.flatMap(({ port, adminPort, debugPort }) => [port, adminPort, debugPort]);
  const others = [
    ...sidecars.map(({ metricsPort }) => metricsPort),
    checks.port,
    ...observability.map(({ port }) => port),
  ];
  const next = offset + 100;
  return [...ports, ...others].some((port) => isBlockedPort(port + next)) ? nextOpenOffset(stack, next) : next;
}
