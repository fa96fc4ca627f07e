import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file with the process id of a local service, which the reloader reads. */
export const pidFileOf = (stateDir: string, service: string) => join(stateDir, `service-${service}.pid`);

/** Notes down that this process runs the service from now on. */
export function notePid(stateDir: string, service: string, pid: number): void {
  writeFileSync(pidFileOf(stateDir, service), `${pid}\n`);
}
