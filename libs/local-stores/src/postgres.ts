import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findFreePort } from './loopback-port.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { openCluster, resetPassword } from './postgres-cluster.ts';
import { preparePostgresHome } from './postgres-home.ts';
import { endLeftoverPostgres, spawnPostgres, type PostgresRun } from './postgres-process.ts';
import { disownStore, ownStore } from './store-owner.ts';
import { supervise } from './supervised-process.ts';

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
}

/** A PostgreSQL server of our own, on 127.0.0.1. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** The superuser's connection string, password included. */
  readonly url: string;
  /** Resolves when the server has ended, whoever ended it. */
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
 * @throws StoreError with its fix: damaged data, a full disk, another version's data, nobody to run as.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dir, password, temporary = false } = options;
  const home = await preparePostgresHome(dir, await findPostgresBinaries(), temporary);
  await ownStore('PostgreSQL', dir);
  await endLeftoverPostgres(home.data);
  await openCluster(home, password, temporary);
  const run: PostgresRun = {
    home,
    temporary,
    port: await findFreePort(options.port),
    logFile: options.logFile ?? join(dirname(dir), `${basename(dir)}.log`),
    maxConnections: options.maxConnections ?? 100,
    timeoutMs: options.timeoutMs ?? 60_000,
  };
  let server = await start(run);
  const url = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${run.port}/postgres`;
  if (!(await acceptsPassword(url))) {
    await server.stop();
    await resetPassword(home, password);
    server = await start(run);
  }
  const stop = async () => {
    await server.stop();
    await disownStore(dir);
    if (!temporary) return;
    await Promise.all([dir, home.data, home.outside, run.logFile, `${run.logFile}.previous`].map(remove));
  };
  return { port: run.port, pid: server.pid, url, exited: server.exited, stop, [Symbol.asyncDispose]: stop };
}

const start = async (run: PostgresRun) => supervise(await spawnPostgres(run), 'INT');

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
