import type { ChildProcess } from 'node:child_process';
import { constants, open, rename, type FileHandle } from 'node:fs/promises';
import { guardProcess } from './guard.ts';
import { endProcess } from './process-identity.ts';

/** A child that runs, is guarded against our own death, and can be ended. */
export interface SupervisedProcess {
  readonly pid: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** Ends it, politely first, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Takes charge of a server that is up: `signal` asks it to end, SIGQUIT and SIGKILL insist. */
export function supervise(child: ChildProcess, signal: 'INT' | 'TERM'): SupervisedProcess {
  const pid = child.pid as number;
  const guard = guardProcess(pid, signal);
  const exited = new Promise<void>((resolve) => {
    if (hasExited(child)) resolve();
    else child.once('exit', () => resolve());
  }).then(() => guard.release());
  const stop = async () => {
    if (hasExited(child)) return;
    await endProcess(pid, [
      { signal: `SIG${signal}`, waitMs: 10_000 },
      { signal: 'SIGQUIT', waitMs: 3_000 },
      { signal: 'SIGKILL', waitMs: 1_000 },
    ]);
    await exited;
  };
  return { pid, exited, stop };
}

export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Opens a log for this run; the log of the last one stays beside it as `<file>.previous`. */
export async function openLog(file: string): Promise<FileHandle> {
  await rename(file, `${file}.previous`).catch(() => {});
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  return open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600);
}
