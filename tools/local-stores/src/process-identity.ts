import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_ENV } from './child-environment.ts';

/** Whether a process with this id runs; one of another user counts, an unreaped zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // Orphans in a container whose first process does not reap stay zombies forever.
  return statOf(pid)?.[0] !== 'Z';
}

/**
 * Tells one process from a later one with the same id: the id and the start time. Undefined when it does not run.
 */
export async function identify(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    const started = statOf(pid)?.[19];
    return started && `${pid} ${started}`;
  }
  const started = await outputOf('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return started.trim() === '' ? undefined : `${pid} ${started.trim()}`;
}

/** The fields of Linux's proc(5) from the third on: the second is a name that may hold spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}

/**
 * Whether the process works in this folder. Both PostgreSQL and Redis change into their data folder, so this tells a
 * server left behind by a kill -9 from a stranger that got the same process id since.
 */
export async function worksIn(pid: number, folder: string): Promise<boolean> {
  const expected = await realpath(folder).catch(() => folder);
  return (await workingFolder(pid)) === expected;
}

async function workingFolder(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const output = await outputOf('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
  return /^n(.+)$/m.exec(output)?.[1];
}

/** The time at which `ps` says that a process began depends on the locale and the time zone. */
function outputOf(program: string, args: string[]): Promise<string> {
  return new Promise((resolve) => execFile(program, args, { env: SYSTEM_ENV }, (_error, stdout) => resolve(stdout)));
}

/** Sends each signal in turn until the process is gone. `false` when it outlived them all. */
export async function endProcess(
  pid: number,
  steps: readonly { signal: NodeJS.Signals; waitMs: number }[],
): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return !isAlive(pid);
    }
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      if (!isAlive(pid)) return true;
      await sleep(10);
    }
  }
  return !isAlive(pid);
}
