import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './arguments.ts';

export const unreachableReasons = ['no_process', 'several_processes', 'not_permitted', 'no_health'] as const;
export type UnreachableReason = (typeof unreachableReasons)[number];

/** Why a service cannot be signalled, in a word and for a person. */
export interface Unreachable {
  reason: UnreachableReason;
  message: string;
}

interface Running {
  pid: number;
  parent: number;
}

/**
 * The process to signal. Where several match, it is the one that all others descend from: the hot-restart runner passes
 * signals on.
 * @param proc the process file system, for tests.
 */
export function findProcess(target: Service['target'], proc = '/proc'): number | Unreachable {
  if ('pidFile' in target) return fromFile(target.pidFile);
  const { pattern } = target;
  const running = processes(proc);
  const matching = running.filter(({ pid }) => pid !== process.pid && pattern.test(commandLine(proc, pid)));
  if (matching.length === 0) return { reason: 'no_process', message: `no process matches ${String(pattern)}` };
  const parents = new Map(running.map(({ pid, parent }) => [pid, parent]));
  const first = matching.find(({ pid }) => matching.every((other) => isBelow(other.pid, pid, parents)));
  if (first !== undefined) return first.pid;
  const pids = matching.map(({ pid }) => pid).join(', ');
  const message = `several processes match ${String(pattern)} and none is the ancestor of the others: ${pids}`;
  return { reason: 'several_processes', message };
}

/** Sends SIGHUP; returns what is in the way. */
export function signal(pid: number): Unreachable | undefined {
  try {
    process.kill(pid, 'SIGHUP');
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return { reason: 'no_process', message: `process ${String(pid)} has ended` };
    const message = `process ${String(pid)} belongs to another user (${code ?? 'unknown'}): run the reloader as the user of its service`;
    return { reason: 'not_permitted', message };
  }
}

function fromFile(path: string): number | Unreachable {
  try {
    const text = readFileSync(path, 'utf8').trim();
    const pid = Number(text);
    // Zero and negative numbers would signal whole groups of processes, and 1 is nobody's service outside a container.
    if (/^\d{1,10}$/.test(text) && pid > 0) return pid;
    return { reason: 'no_process', message: `${path} must hold the number of a process` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { reason: 'no_process', message: `${path} cannot be read (${code ?? 'unknown'})` };
  }
}

function processes(proc: string): Running[] {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({ pid: Number(pid), parent: parentOf(proc, pid) }));
}

/** The fourth field; the second one, a name in brackets, may contain anything (proc_pid_stat(5)). */
function parentOf(proc: string, pid: string): number {
  const text = readOrEmpty(join(proc, pid, 'stat'));
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function commandLine(proc: string, pid: number): string {
  return readOrEmpty(join(proc, String(pid), 'cmdline'))
    .replace(/\0$/, '')
    .replaceAll('\0', ' ');
}

/** A process may end while one looks at it. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isBelow(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at))
    if (at === ancestor) return true;
  return false;
}
