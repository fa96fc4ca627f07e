import { isPortFree } from '@evenkeel/local-stores';
import type { Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { findHolder } from './holder.ts';
import { describeTakenPorts, findFreeOffset, findTakenPorts, wantedPorts } from './taken-ports.ts';

/** @throws KeelError that names every taken port with its holder, and the offset to use. */
export async function checkPorts(stack: Stack, offset: number): Promise<void> {
  const wanted = wantedPorts(stack.services);
  const taken = await findTakenPorts(wanted, { isFree: isPortFree, findHolder });
  if (taken.length === 0) return;
  const unmoved = wanted.map(({ port }) => port - offset);
  const free = await findFreeOffset(unmoved, offset, isPortFree);
  throw new KeelError(`Ports are taken:\n${describeTakenPorts(taken)}`, {
    fix: `end them, or use other ports: PORT_OFFSET=${free ?? 1000} ./keel up`,
  });
}
