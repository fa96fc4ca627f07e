import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardProcess } from './guard.ts';
import { endProcess, worksIn } from './process-identity.ts';
import { StoreError } from './store-error.ts';

/** A server that runs, is guarded against our own death, and can be stopped. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has stopped, for whatever reason. */
  readonly exited: Promise<void>;
  /** Stops it, politely first, and waits until it is gone. Open connections are cut. */
  stop(): Promise<void>;
}

/** How a server is started, and what is to be known of it. */
export interface ServerStart {
  store: 'PostgreSQL' | 'Redis';
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  user?: { uid?: number; gid?: number };
  /** Where its output goes. */
  logFile: string;
  /** What asks it to stop; SIGQUIT and SIGKILL insist. */
  stopBy: 'INT' | 'TERM';
  isReady: (pid: number) => Promise<boolean>;
  /** Why it has stopped instead. `ending` is a signal, or such as `exit code 1`. */
  explainExit: (output: string, ending: string) => StoreError;
  /** Gives the start up. */
  signal?: AbortSignal | undefined;
}

/** Recovery after a crash takes its time, as does pulling an image. */
const LIMIT_S = 60;

/**
 * Starts a server and waits until it is ready. One that does not become so is stopped.
 *
 * @throws StoreError, the reason of its signal, or the error of `spawn`
 */
export async function startServer(start: ServerStart): Promise<ServerProcess> {
  const { command, args, env, cwd, user, logFile } = start;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  await using log = await open(logFile, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600);
  const child = spawn(command, args, {
    ...{ env, cwd, uid: user?.uid, gid: user?.gid },
    detached: true, // a Ctrl-C in the terminal would stop it before the services that use it
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  const server = supervise(child, start.stopBy);
  try {
    await untilReady(child, start);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function untilReady(child: ChildProcess, start: ServerStart): Promise<void> {
  const { store, logFile, signal } = start;
  const until = performance.now() + LIMIT_S * 1000;
  while (performance.now() < until) {
    signal?.throwIfAborted();
    if (hasExited(child)) {
      const output = await readFile(logFile, 'utf8').catch(() => '');
      throw start.explainExit(output, child.signalCode ?? `exit code ${child.exitCode}`);
    }
    if (await start.isReady(child.pid as number)) return;
    await sleep(5);
  }
  const why = `it was not ready after ${LIMIT_S} s (after a crash it may need long to recover)`;
  throw new StoreError(`${store} did not start`, why, `see ${logFile}, then start again`);
}

function supervise(child: ChildProcess, signal: 'INT' | 'TERM'): ServerProcess {
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
    const why = `process ${pid} serves ${folder} and does not stop`;
    throw new StoreError(`${store} cannot start`, why, `kill -${steps.at(-1)?.signal.replace('SIG', '')} ${pid}`);
  }
  await rm(pidFile, { force: true });
}
