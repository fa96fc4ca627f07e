import { isBlockedPort } from '@evenkeel/stack';
import type { Holder } from './holder.ts';

/** A port that the stack wants. */
export interface WantedPort {
  port: number;
  /** Such as `web's admin port`. */
  purpose: string;
}

export interface TakenPort extends WantedPort {
  holder: Holder | undefined;
}

/** The ports that a stack needs on this machine. */
export function wantedPorts(
  services: readonly { name: string; port: number; adminPort: number; debugPort: number }[],
): WantedPort[] {
  return services.flatMap(({ name, port, adminPort, debugPort }) => [
    { port, purpose: name },
    { port: adminPort, purpose: `${name}'s admin port` },
    { port: debugPort, purpose: `${name}'s debugger` },
  ]);
}

/** Those of the wanted ports that are taken, each with who holds it. */
export async function findTakenPorts(
  wanted: readonly WantedPort[],
  probe: { isFree: (port: number) => Promise<boolean>; findHolder: (port: number) => Promise<Holder | undefined> },
): Promise<TakenPort[]> {
  const checked = await Promise.all(
    wanted.map(async (want) => ((await probe.isFree(want.port)) ? undefined : { ...want })),
  );
  const taken = checked.filter((want) => want !== undefined);
  return Promise.all(taken.map(async (want) => ({ ...want, holder: await probe.findHolder(want.port) })));
}

/**
 * The smallest offset, in steps of 100 from the present one, at which all ports are free and open to browsers. Ports
 * are those without any offset. Undefined when there is none.
 */
export async function findFreeOffset(
  ports: readonly number[],
  present: number,
  isFree: (port: number) => Promise<boolean>,
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
      const who =
        holder === undefined ? 'a process that we may not see' : `process ${holder.pid}: ${shorten(holder.command)}`;
      return `  ${port} (${purpose}) is held by ${who}`;
    })
    .join('\n');
}

function shorten(command: string): string {
  return command.length > 90 ? `${command.slice(0, 87)}…` : command;
}
