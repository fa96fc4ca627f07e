import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { identify } from './process-identity.ts';
import type { ServerProcess } from './server-process.ts';
import { StoreError } from './store-error.ts';

/** What every store is started with. */
export interface StoreOptions {
  /** The data folder. It is made when missing; its parent too. */
  dir: string;
  /** The superuser's. A different one than last time is set. */
  password: string;
  /** Used when it is free; otherwise, and by default, the system picks one. */
  port?: number | undefined;
  /** Default: `<dir>.log`. The log of the run before stays beside it as `<file>.previous`. */
  logFile?: string;
  /** For tests: nothing is made sure to be on disk, and all of it is removed at the end. */
  temporary?: boolean;
  /** Gives the start up: what has begun is stopped, then the start rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A server of our own, on 127.0.0.1. Should this process die, however it dies, the server follows. */
export interface LocalStore extends ServerProcess, AsyncDisposable {
  readonly port: number;
  /** The superuser's connection string: PostgreSQL's with the password, that of Redis without. */
  readonly url: string;
  /** Which program it is, such as `redis-server 7.0.15 on the PATH`; `''` where there is only one. */
  readonly description: string;
}

/** A store that has just been started. */
export interface StartedStore extends Pick<LocalStore, 'port' | 'url' | 'description'> {
  server: ServerProcess;
}

export function logFileOf({ dir, logFile }: StoreOptions): string {
  return logFile ?? join(dirname(dir), `${basename(dir)}.log`);
}

/**
 * Starts a store in a folder that no other process keeps one in, and cleans up when it stops or does not start.
 *
 * @param elsewhere what a temporary one has outside of its folder
 * @throws StoreError when another live process keeps the store, and what `start` throws
 */
export async function keepStore(
  name: string,
  options: StoreOptions,
  start: () => Promise<StartedStore>,
  elsewhere: readonly string[] = [],
): Promise<LocalStore> {
  const { dir, temporary = false } = options;
  await ownStore(name, dir);
  const logFile = logFileOf(options);
  await rename(logFile, `${logFile}.previous`).catch(() => undefined);
  const leave = async () => {
    const left = temporary ? [dir, logFile, `${logFile}.previous`, ...elsewhere] : [];
    await Promise.all([`${dir}.owner`, ...left].map((path) => rm(path, { recursive: true, force: true })));
  };
  try {
    const { server, ...store } = await start();
    const stop = async () => {
      await server.stop();
      await leave();
    };
    return { ...store, ...server, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await leave();
    throw error;
  }
}

/**
 * Notes in `<dir>.owner` that this process keeps the store in `dir`. A note of a process that is gone, or whose id belongs
 * to another one by now, does not count.
 */
async function ownStore(name: string, dir: string): Promise<void> {
  const note = `${dir}.owner`;
  const owner = (await readFile(note, 'utf8').catch(() => '')).trim();
  const pid = Number.parseInt(owner, 10);
  if (pid > 0 && pid !== process.pid && (await identify(pid)) === owner) {
    const why = `process ${pid} runs it on ${dir} at this moment`;
    throw new StoreError(`${name} cannot start`, why, `end that one first: ./keel down (or kill ${pid})`);
  }
  await writeFile(note, `${await identify(process.pid)}\n`);
}
