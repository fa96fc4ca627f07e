import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@evenkeel/telemetry';
import pg from 'pg';
import type { Query } from './connection.ts';
import { isTransient, sqlState, unavailable } from './database-error.ts';

export interface MigrateOptions {
  /** Connection string with the password. */
  url: string;
  logger: Logger;
  signal?: AbortSignal;
  /** How long to wait for another process that migrates. Default one minute. */
  lockWaitMs?: number;
}

const FOLDER = join(import.meta.dirname, '..', '..', 'migrations');
const TABLE = 'schema_migrations';
/** Any number, as long as every version of this service uses the same. */
const LOCK = 7_305_911;
const LOCK_POLL_MS = 100;
/** A change that waits for a busy table makes all others wait behind it: better to fail and retry. */
const TABLE_LOCK_MS = 5_000;

/**
 * Brings the schema up to date, all or nothing. Several replicas may do so at once: one migrates, the others wait for
 * it. A schema that is newer than this code stays as it is: it still supports this version (expand, then contract).
 * @throws AppError `unavailable` when the database cannot be reached or is lost meanwhile: trying again may help.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { url, logger } = options;
  const client = new pg.Client({ connectionString: url, lock_timeout: TABLE_LOCK_MS, connectionTimeoutMillis: 5_000 });
  let lost = false;
  client.on('error', () => {
    lost = true;
  });
  await client.connect().catch((error: unknown) => {
    throw unavailable(error);
  });
  try {
    if (await isUpToDate(queryBy(client))) return;
    await waitForLock(client, options);
    // Loaded only when there is something to do, which is rare, and it is large.
    const { runner } = await import('node-pg-migrate');
    const done = await runner({
      dbClient: client,
      dir: FOLDER,
      migrationsTable: TABLE,
      direction: 'up',
      singleTransaction: true,
      noLock: true,
      logger: { debug: ignore, info: ignore, warn: ignore, error: (text) => logger.error(text) },
    });
    logger.info({ migrations: done.map(({ name }) => name) }, 'the schema is up to date');
  } catch (error) {
    throw lost || (sqlState(error) !== undefined && isTransient(error)) ? unavailable(error) : error;
  } finally {
    await client.end();
  }
}

function queryBy(client: pg.Client): Query {
  return async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    (await client.query<R>(text, [...values])).rows;
}

/** Whether there is nothing to migrate, which is so in nearly all starts. */
export async function isUpToDate(query: Query): Promise<boolean> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql'));
  const [exists] = await query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [TABLE]);
  if (!exists?.found) return false;
  const rows = await query<{ name: string }>(`SELECT name FROM ${TABLE}`);
  const done = new Set(rows.map(({ name }) => `${name}.sql`));
  return files.every((file) => done.has(file));
}

/**
 * Waits by polling: a statement that waits for the lock would hold a snapshot, and a migration that builds an
 * index concurrently would wait for that in turn. The lock goes with the connection, so it cannot leak.
 */
async function waitForLock(client: pg.Client, { logger, signal, lockWaitMs = 60_000 }: MigrateOptions): Promise<void> {
  const until = performance.now() + lockWaitMs;
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK]);
    if (rows[0]?.locked) return;
    if (performance.now() > until)
      throw new Error(
        `Another process has been migrating the database for ${String(lockWaitMs / 1000)} s. Let it finish, or stop it, then start again.`,
      );
    if (attempt === 0) logger.info('another process migrates the database, waiting for it');
    await sleep(LOCK_POLL_MS, undefined, { signal });
  }
}

function ignore(): void {}
