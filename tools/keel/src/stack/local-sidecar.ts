import { setTimeout as sleep } from 'node:timers/promises';
import type { MergedLog } from '../log/merged-log.ts';
import { startService, type ServiceCommand } from '../services/service-process.ts';
import { keepRunning } from './keep-running.ts';

/** After this it counts as started: what exits earlier is started again less and less often. */
const STARTED_MS = 1_000;

/** Runs a program beside the services, and restarts it when it exits. */
export function startSidecar(name: string, command: ServiceCommand, log: MergedLog): { stop(): Promise<void> } {
  const start = () => {
    const process = startService(command);
    for (const stream of process.output) log.follow(name, stream);
    return process;
  };
  const restart = async (signal: AbortSignal) => {
    const process = start();
    await Promise.race([process.exited, sleep(STARTED_MS, undefined, { signal }).catch(() => undefined)]);
    if (process.ending() !== undefined) throw new Error(`it exited (${process.ending()})`);
    return process;
  };
  return keepRunning(start(), restart, (text) => log.say(name, text));
}
