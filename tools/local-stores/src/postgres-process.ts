import { spawn } from 'node:child_process';
import { readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { POSTGRES_ENV } from './postgres-cluster.ts';
import { explainPostgresExit, isStillInUse } from './postgres-failure.ts';
import type { PostgresHome } from './postgres-home.ts';
import { StoreError } from './store-error.ts';
import { openLog, stopLeftover, superviseStart, type SupervisedProcess } from './supervised-process.ts';

/** How one server is to run. */
export interface PostgresRun {
  home: PostgresHome;
  port: number;
  logFile: string;
  /** The data is thrown away: no fsync. */
  temporary: boolean;
  maxConnections: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** What a killed server left running sees that within a moment, and ends; a machine under load takes longer. */
const LEFTOVERS_LIMIT_MS = 10_000;
const LEFTOVERS_POLL_MS = 200;

/** Starts the server and waits until it takes connections. Its output goes to `logFile`. */
export async function spawnPostgres(run: PostgresRun): Promise<SupervisedProcess> {
  const until = performance.now() + Math.min(LEFTOVERS_LIMIT_MS, run.timeoutMs);
  await using log = await openLog(run.logFile);
  for (;;) {
    try {
      return await spawnOnce(run, log);
    } catch (error) {
      if (!isStillInUse(error) || performance.now() > until) throw error;
      await sleep(LEFTOVERS_POLL_MS);
      await log.truncate();
    }
  }
}

async function spawnOnce(run: PostgresRun, log: FileHandle): Promise<SupervisedProcess> {
  const { home, logFile, timeoutMs, signal } = run;
  const child = spawn(join(home.binaries, 'bin', 'postgres'), ['-D', home.data, ...settings(run)], {
    env: POSTGRES_ENV,
    cwd: '/',
    detached: true, // a Ctrl-C in the terminal would end it before the services that use it
    stdio: ['ignore', log.fd, log.fd],
    ...(home.user === undefined ? {} : { uid: home.user.uid, gid: home.user.gid }),
  });
  return superviseStart(child, {
    ...{ endBy: 'INT', timeoutMs, signal },
    isReady: async () => (await readyPid(home.data)) === child.pid,
    explainExit: async (ending) => {
      const output = await readFile(logFile, 'utf8').catch(() => '');
      return explainPostgresExit({ program: 'postgres', output, ending, data: home.data });
    },
    explainDelay: () => {
      const why = `it was not ready after ${Math.round(timeoutMs / 1000)} s (after a crash it may need long to recover)`;
      return new StoreError('PostgreSQL did not start', why, `see ${logFile}, then start again`);
    },
  });
}

function settings({ port, temporary, maxConnections }: PostgresRun): string[] {
  const values: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '32MB',
    // Nothing replicates from here; without these there is less to write and one process less.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    max_wal_size: '256MB',
    log_checkpoints: 'off',
    // Without DETAIL, which has the values of the row that a constraint refused: an email, for one.
    log_error_verbosity: 'terse',
    ...(temporary ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The last line of `postmaster.pid` says `ready` once connections are taken (this is how pg_ctl waits, too). */
async function readyPid(data: string): Promise<number | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[7]?.trim() === 'ready' ? Number(lines[0]) : undefined;
}

/** Stops a server that a killed keeper left behind on this data folder. */
export function stopLeftoverPostgres(data: string): Promise<void> {
  return stopLeftover('PostgreSQL', join(data, 'postmaster.pid'), data, [
    { signal: 'SIGINT', waitMs: 10_000 },
    { signal: 'SIGQUIT', waitMs: 5_000 },
  ]);
}
