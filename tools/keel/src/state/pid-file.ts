import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Holds the process id of a service of the local stack, for whoever is to signal it. */
export const pidFileOf = (stateDir: string, service: string) => join(stateDir, `service-${service}.pid`);

/** Notes down that this process runs the service from now on. */
export function notePid(stateDir: string, service: string, pid: number): void {
  writeFileSync(pidFileOf(stateDir, service), `${pid}\n`);
}
