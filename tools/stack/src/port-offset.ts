import type { Stack } from './stack.ts';

/**
 * The stack with every host port moved by `offset` (PORT_OFFSET), so that two clones run side by side.
 *
 * @throws RangeError when the offset is no whole number or moves a port out of 1 to 65535
 */
export function withPortOffset(stack: Stack, offset: number): Stack {
  if (!Number.isInteger(offset)) {
    throw new RangeError(`PORT_OFFSET must be a whole number, not ${offset}. Try PORT_OFFSET=100.`);
  }
  const moved = (port: number, owner: string): number => {
    const result = port + offset;
    if (result >= 1 && result <= 65_535) return result;
    throw new RangeError(
      `PORT_OFFSET=${offset} moves the port ${port} of ${owner} to ${result}, outside 1 to 65535. Choose another offset.`,
    );
  };
  return {
    services: stack.services.map((service) => ({
      ...service,
      port: moved(service.port, service.name),
      adminPort: moved(service.adminPort, service.name),
      debugPort: moved(service.debugPort, service.name),
    })),
    backing: stack.backing.map((backing) => ({ ...backing, port: moved(backing.port, backing.name) })),
    checks: { port: moved(stack.checks.port, 'checks') },
  };
}
