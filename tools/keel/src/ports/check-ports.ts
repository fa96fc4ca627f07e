import { isPortFree } from '@evenkeel/local-stores';
import type { Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { findHolder } from './holder.ts';
import { describeTakenPorts, findFreeOffset, findTakenPorts, wantedPorts, type WantedPort } from './taken-ports.ts';

/**
 * Looks whether the ports of the stack, or some of them, are free.
 *
 * @throws KeelError that names every taken port with its holder, and the offset to use.
 */
export async function checkPorts(stack: Stack, offset: number, some?: readonly WantedPort[]): Promise<void> {
  const wanted = some ?? wantedPorts(stack.services);
  const taken = await findTakenPorts(wanted, { isFree: isPortFree, findHolder });
  if (taken.length === 0) return;
  const unmoved = wantedPorts(stack.services).map(({ port }) => port - offset);
  const free = await findFreeOffset(unmoved, offset, isPortFree);
  throw new KeelError(`Ports are taken:\n${describeTakenPorts(taken)}`, {
    fix: `end them, or use other ports: PORT_OFFSET=${free ?? 1000} ${some === undefined ? './keel up' : 'for all of the stack'}`,
  });
}
