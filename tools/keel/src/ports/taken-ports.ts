import { isPortFree } from '@evenkeel/local-stores';
import { isBlockedPort, type Service, type Sidecar, type Stack } from '@evenkeel/stack';
import { KeelError } from '../failure.ts';
import { findHolder, type Holder } from './holder.ts';

/** A port that the stack wants. */
export interface WantedPort {
  port: number;
  /** Such as `web's admin port`. */
  purpose: string;
}

export interface TakenPort extends WantedPort {
  holder: Holder | undefined;
}

/** The ports that a stack, or a part of one, needs on this machine. */
export function wantedPorts(part: {
  services?: readonly Pick<Service, 'name' | 'port' | 'adminPort' | 'debugPort'>[];
  sidecars?: readonly Sidecar[];
}): WantedPort[] {
  const { services = [], sidecars = [] } = part;
  return [
    ...services.flatMap(({ name, port, adminPort, debugPort }) => [
      { port, purpose: name },
      { port: adminPort, purpose: `${name}'s admin port` },
      { port: debugPort, purpose: `${name}'s debugger` },
    ]),
    ...sidecars.map(({ name, metricsPort }) => ({ port: metricsPort, purpose: `${name}'s metrics port` })),
  ];
}

/**
 * Looks whether the ports of the stack, or some of them, are free, or held by `owner`, a process id.
 *
 * @throws KeelError that names every taken port with its holder, and the offset to use.
 */
export async function checkPorts(
  stack: Stack,
  offset: number,
  some?: readonly WantedPort[],
  owner?: number,
): Promise<void> {
  const all = wantedPorts(stack);
  const found = await findTakenPorts(some ?? all);
  const taken = found.filter(({ holder }) => owner === undefined || holder?.pid !== owner);
  if (taken.length === 0) return;
  const unmoved = all.map(({ port }) => port - offset);
  const free = (await findFreeOffset(unmoved, offset)) ?? 1000;
  throw new KeelError(`Ports are taken:\n${describeTakenPorts(taken)}`, {
    fix: `stop them, or use other ports: PORT_OFFSET=${free} ${some === undefined ? './keel up' : 'for all of the stack'}`,
  });
}

/** Those of the wanted ports that are taken, each with who holds it. */
export async function findTakenPorts(
  wanted: readonly WantedPort[],
  probe = { isFree: isPortFree, findHolder },
): Promise<TakenPort[]> {
  const looked = wanted.map(async (want) =>
    (await probe.isFree(want.port)) ? [] : [{ ...want, holder: await probe.findHolder(want.port) }],
  );
  return (await Promise.all(looked)).flat();
}

/**
 * The smallest offset, in steps of 100 from the present one, at which all ports are free and open to browsers. Ports
 * are those without any offset. Undefined when no offset fits.
 */
export async function findFreeOffset(
  ports: readonly number[],
  present: number,
  isFree = isPortFree,
): Promise<number | undefined> {
  const highest = Math.max(...ports);
  for (let offset = present + 100; highest + offset <= 65_535; offset += 100) {
    if (ports.some((port) => isBlockedPort(port + offset))) continue;
    const free = await Promise.all(ports.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  return undefined;
}

/** The lines that name each taken port and its holder. */
export function describeTakenPorts(taken: readonly TakenPort[]): string {
  return taken
    .map(({ port, purpose, holder }) => {
      const { pid, command = '' } = holder ?? {};
      const shown = command.length > 90 ? `${command.slice(0, 87)}…` : command;
      const who = holder === undefined ? 'a process of another user' : `process ${pid}: ${shown}`;
      return `  ${port} (${purpose}) is held by ${who}`;
    })
    .join('\n');
}
