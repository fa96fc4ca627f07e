import { readdirSync, readFileSync } from 'node:fs';
import type { Service } from './arguments.ts';

export const reasons = ['no_process', 'several_processes', 'not_permitted', 'no_health'] as const;

/** Why a service cannot be signalled at the moment. */
export class Unreachable extends Error {
  readonly reason: (typeof reasons)[number];

  constructor(reason: (typeof reasons)[number], message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * The process to signal. Where several match, it is the one that all others descend from: the hot-restart runner, which
 * passes the signal on. Throws Unreachable.
 */
export function findProcess(target: Service['target']): number {
  if ('pidFile' in target) return pidIn(target.pidFile);
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const pids = all.filter((pid) => pid !== process.pid && target.pattern.test(commandOf(pid)));
  if (pids.length === 0) throw new Unreachable('no_process', `no process matches ${String(target.pattern)}`);
  const first = pids.find((pid) => pids.every((other) => isBelow(other, pid)));
  if (first !== undefined) return first;
  const message = `several processes match ${String(target.pattern)}, and none started the others: ${pids.join(', ')}`;
  throw new Unreachable('several_processes', message);
}

/** Makes a process read its configuration again. Throws Unreachable. */
export function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGHUP');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH')
      throw new Unreachable('no_process', `there is no process ${String(pid)}`);
    const message = `process ${String(pid)} belongs to another user; the reloader must run as the same one`;
    throw new Unreachable('not_permitted', `${message} (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

function pidIn(file: string): number {
  const text = readOrEmpty(file).trim();
  // Zero would signal all processes of the reloader's group.
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new Unreachable('no_process', `${file} does not exist or holds no process number`);
}

function commandOf(pid: number): string {
  return readOrEmpty(`/proc/${String(pid)}/cmdline`)
    .replace(/\0$/, '')
    .replaceAll('\0', ' ');
}

/** The second field of stat, a name in brackets, may contain anything (proc_pid_stat(5)). */
function isBelow(pid: number, ancestor: number): boolean {
  if (pid === ancestor) return true;
  const [, parent] = readOrEmpty(`/proc/${String(pid)}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(parent) > 0 && isBelow(Number(parent), ancestor);
}

/** The text of a file; empty when it cannot be read: processes may end while one looks at them. */
export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
