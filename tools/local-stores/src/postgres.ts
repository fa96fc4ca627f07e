import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findFreePort } from './loopback-port.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { openCluster, resetPassword } from './postgres-cluster.ts';
import { preparePostgresHome, type PostgresHome } from './postgres-home.ts';
import { stopLeftoverPostgres, spawnPostgres, type PostgresRun } from './postgres-process.ts';
import { disownStore, ownStore } from './store-owner.ts';

export interface PostgresOptions {
  /** The data folder. It is made when missing; its parent too. */
  dir: string;
  /** The superuser's password. A different one than last time is set. */
  password: string;
  /** Used when it is free; otherwise, and by default, the system picks one. */
  port?: number | undefined;
  /** Default: `<dir>.log`. */
  logFile?: string;
  /** For tests: no fsync, and the data is removed at the end. */
  temporary?: boolean;
  /** Default 100. */
  maxConnections?: number;
  /** How long a start may take. Default 60,000: recovery after a crash takes its time. */
  timeoutMs?: number;
  /** Gives the start up: what has begun is ended, then the start rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A PostgreSQL server of our own, on 127.0.0.1. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** The superuser's connection string, password included. */
  readonly url: string;
  /** Resolves when the server has stopped, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it, cutting open connections, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL 17 on `dir`, in about 0.1 s when the data is there already.
 *
 * A server that a killed process left behind on that folder is ended first. Should this process die, however it
 * dies, the server follows.
 *
 * @throws StoreError with its fix: damaged data, a full disk, another version's data, no user to run as.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dir, temporary = false } = options;
  const home = await preparePostgresHome(dir, await findPostgresBinaries(), temporary);
  await ownStore('PostgreSQL', dir);
  const logFile = options.logFile ?? join(dirname(dir), `${basename(dir)}.log`);
  const leave = async () => {
    await disownStore(dir);
    if (!temporary) return;
    await Promise.all([dir, home.data, home.outside, logFile, `${logFile}.previous`].map(remove));
  };
  try {
    const { server, port, url } = await startIn(home, logFile, options);
    const stop = async () => {
      await server.stop();
      await leave();
    };
    return { port, pid: server.pid, url, exited: server.exited, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await leave();
    throw error;
  }
}

async function startIn(home: PostgresHome, logFile: string, options: PostgresOptions) {
  const { password, temporary = false, signal } = options;
  await stopLeftoverPostgres(home.data);
  await openCluster(home, { password, temporary, signal });
  const port = await findFreePort(options.port);
  const { maxConnections = 100, timeoutMs = 60_000 } = options;
  const run: PostgresRun = { home, temporary, port, logFile, maxConnections, timeoutMs, signal };
  let server = await spawnPostgres(run);
  const url = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  if (!(await acceptsPassword(url))) {
    await server.stop();
    await resetPassword(home, password);
    server = await spawnPostgres(run);
  }
  return { server, port, url };
}

/** Only a refused password is an answer; anything else that is wrong shows itself at the first real use. */
async function acceptsPassword(url: string): Promise<boolean> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== '28P01';
  }
}

async function remove(path: string | undefined): Promise<void> {
  if (path !== undefined) await rm(path, { recursive: true, force: true });
}
