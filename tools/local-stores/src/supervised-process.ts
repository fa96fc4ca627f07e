import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardProcess } from './guard.ts';
import { endProcess, worksIn } from './process-identity.ts';
import { StoreError } from './store-error.ts';

/** A child that runs, is guarded against our own death, and can be ended. */
export interface SupervisedProcess {
  readonly pid: number;
  /** Resolves when it has stopped, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it, politely first, and waits until it is gone. */
  stop(): Promise<void>;
}

/** What is to be known of a server that starts. */
export interface ServerStart {
  /** What asks it to end; SIGQUIT and SIGKILL insist. */
  endBy: 'INT' | 'TERM';
  isReady: () => Promise<boolean>;
  /** Why it has ended instead. `ending` is a signal, or such as `exit code 1`. */
  explainExit: (ending: string) => Promise<Error>;
  timeoutMs: number;
  explainDelay: () => Error;
  /** Gives the start up. */
  signal?: AbortSignal | undefined;
}

/**
 * Takes charge of a server from its first moment, and waits until it is ready. One that does not become so is ended.
 *
 * @throws what `start` says of it, the reason of its signal, or the error of `spawn`
 */
export async function superviseStart(child: ChildProcess, start: ServerStart): Promise<SupervisedProcess> {
  await once(child, 'spawn');
  const server = supervise(child, start.endBy);
  try {
    await untilReady(child, start);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function untilReady(child: ChildProcess, start: ServerStart): Promise<void> {
  const until = performance.now() + start.timeoutMs;
  while (performance.now() < until) {
    start.signal?.throwIfAborted();
    if (hasExited(child)) throw await start.explainExit(child.signalCode ?? `exit code ${child.exitCode}`);
    if (await start.isReady()) return;
    await sleep(5);
  }
  throw start.explainDelay();
}

function supervise(child: ChildProcess, signal: 'INT' | 'TERM'): SupervisedProcess {
  const pid = child.pid as number;
  const guard = guardProcess(pid, signal);
  const exited = Promise.resolve(hasExited(child) || once(child, 'exit')).then(() => guard.release());
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

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Opens a log for this run; the log of the last one stays beside it as `<file>.previous`. */
export async function openLog(file: string): Promise<FileHandle> {
  await rename(file, `${file}.previous`).catch(() => {});
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  return open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600);
}

/**
 * Stops a server that a killed keeper left behind on its folder, and removes its note: the process id in it may belong to
 * a stranger by now, which PostgreSQL itself would take for a running server.
 */
export async function stopLeftover(
  store: string,
  pidFile: string,
  folder: string,
  steps: Parameters<typeof endProcess>[1],
): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (pid > 1 && (await worksIn(pid, folder)) && !(await endProcess(pid, steps))) {
    const signal = steps.at(-1)?.signal.replace('SIG', '');
    throw new StoreError(
      `${store} cannot start`,
      `process ${pid} serves ${folder} and does not stop`,
      `kill -${signal} ${pid}`,
    );
  }
  await rm(pidFile, { force: true });
}
