import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { findFreePort } from './loopback-port.ts';
import { stopLeftoverRedis, spawnRedis, type RedisRun } from './redis-process.ts';
import { findRedisProgram } from './redis-program.ts';
import { disownStore, ownStore } from './store-owner.ts';

export interface RedisOptions {
  /** The data folder. It is made when missing. */
  dir: string;
  password: string;
  /** The environment of this process: PATH, proxies for apt, Docker's variables. */
  env: NodeJS.ProcessEnv;
  /** Where a package of the distribution is unpacked. Default: `tools` beside the data folder. */
  toolsDir?: string | undefined;
  /** The image for Docker. Default `redis:8`. */
  image?: string | undefined;
  /** Used when it is free; otherwise, and by default, the system picks one. */
  port?: number | undefined;
  /** Default: `<dir>.log`. */
  logFile?: string;
  /** For tests: nothing is written to disk, and the folder is removed at the end. */
  temporary?: boolean;
  /** How long a start may take. Default 60,000: Docker may have to fetch the image. */
  timeoutMs?: number;
  /** Told in one line when something takes longer. */
  onProgress?: (line: string) => void;
  /** Gives the start up: what has begun is ended, then the start rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A Redis or Valkey server of our own, on 127.0.0.1. */
export interface Redis extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Without the password, which travels apart. */
  readonly url: string;
  /** Which server it is, such as `redis-server 7.0.15 on the PATH`. */
  readonly description: string;
  /** Resolves when the server has stopped, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the first Redis or Valkey that this machine can run, on `dir`.
 *
 * A server that a killed process left behind on that folder is ended first. Should this process die, however it
 * dies, the server follows.
 *
 * @throws StoreError with its fix: no server to be had, damaged data, a full disk.
 */
export async function startRedis(options: RedisOptions): Promise<Redis> {
  const { password, env, temporary = false, onProgress, signal } = options;
  const dir = resolve(options.dir);
  const toolsDir = options.toolsDir ?? join(dirname(dir), 'tools');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await ownStore('Redis', dir);
  const program = await findRedisProgram({ env, toolsDir, image: options.image ?? 'redis:8', onProgress, signal });
  await stopLeftoverRedis(program, dir);
  const run: RedisRun = {
    program,
    dir,
    password,
    temporary,
    port: await findFreePort(options.port),
    logFile: options.logFile ?? join(dirname(dir), `${basename(dir)}.log`),
    timeoutMs: options.timeoutMs ?? 60_000,
    signal,
  };
  const server = await spawnRedis(run);
  const stop = async () => {
    await server.stop();
    await disownStore(dir);
    if (!temporary) return;
    const left = [dir, run.logFile, `${run.logFile}.previous`];
    await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
  };
  const { pid, exited } = server;
  const url = `redis://127.0.0.1:${run.port}/0`;
  return { port: run.port, pid, url, description: program.description, exited, stop, [Symbol.asyncDispose]: stop };
}
