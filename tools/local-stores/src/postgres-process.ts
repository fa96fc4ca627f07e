import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_ENV } from './child-environment.ts';
import { explainPostgresExit, isStillInUse } from './postgres-failure.ts';
import type { PostgresHome } from './postgres-home.ts';
import { startServer, stopLeftover, type ServerProcess } from './server-process.ts';
import { logFileOf, type StoreOptions } from './store.ts';

/** What a killed server left running sees that within a moment, and ends; a machine under load takes longer. */
const LEFTOVERS_LIMIT_MS = 10_000;
const LEFTOVERS_POLL_MS = 200;

/** Starts the server and waits until it takes connections. */
export async function spawnPostgres(home: PostgresHome, port: number, options: StoreOptions): Promise<ServerProcess> {
  const until = performance.now() + LEFTOVERS_LIMIT_MS;
  for (;;) {
    try {
      return await startServer({
        ...{ store: 'PostgreSQL', env: SYSTEM_ENV, cwd: '/', user: home.user },
        ...{ logFile: logFileOf(options), stopBy: 'INT', signal: options.signal },
        command: join(home.binaries, 'bin', 'postgres'),
        args: ['-D', home.data, ...settings(port, options)],
        isReady: async (pid) => (await readyPid(home.data)) === pid,
        explainExit: (output, ending) => explainPostgresExit({ program: 'postgres', output, ending, data: home.data }),
      });
    } catch (error) {
      if (!isStillInUse(error) || performance.now() > until) throw error;
      await sleep(LEFTOVERS_POLL_MS);
    }
  }
}

function settings(port: number, { temporary }: StoreOptions): string[] {
  const values: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
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
