import type { HealthCheck } from '@evenkeel/service';
import { observeStore, type Logger } from '@evenkeel/telemetry';
import pg from 'pg';
import { SERVICE_NAME } from '../config.ts';
import { takeConnection, type Connection, type Query } from './connection.ts';
import { observePool } from './pool-metrics.ts';

export interface Database {
  /** Runs a statement that reads. One that writes is refused: on its own it would be carried out after its time was over. */
  query: Query;
  /**
   * Runs statements as one transaction: committed when `work` resolves, rolled back when it rejects or when `signal` aborts
   * before that. Throws `timeout` when COMMIT got no response; after every other error nothing was done.
   */
  transaction<T>(work: (query: Query) => Promise<T>, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connection string without a password. */
  url: string;
  password: string;
  logger: Logger;
  maxConnections?: number;
  /** How long one operation may take in all: to get a connection and to run its statements. */
  limitMs?: number;
}

/** The server times out a little earlier than we do, and reports it: then it is busy rather than down. */
const SERVER_LEAD_MS = 200;
const CLOSE_LIMIT_MS = 1_000;

/**
 * A pool of connections that never keeps a caller waiting: each operation ends within `limitMs` milliseconds whether
 * the server is busy, stopped, down or unreachable. A connection on which a response is missing is closed, so
 * that the first operation after the server's return gets through.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const { logger, limitMs = 1_000 } = options;
  const pool = new pg.Pool({
    connectionString: withPassword(options.url, options.password),
    application_name: SERVICE_NAME,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: limitMs,
    statement_timeout: limitMs - SERVER_LEAD_MS,
    lock_timeout: limitMs - 2 * SERVER_LEAD_MS,
    idle_in_transaction_session_timeout: 2 * limitMs,
    options: '-c default_transaction_read_only=on',
    keepAlive: true,
  });
  const { pathname } = new URL(options.url);
  const namespace = decodeURIComponent(pathname.slice(1));
  const begin = observeStore({ 'db.system.name': 'postgresql', 'db.namespace': namespace });
  observePool(pool, namespace);
  // An idle connection that breaks has left the pool already; without a listener it would crash the process.
  pool.on('error', (error) => logger.warn({ reason: error.message }, 'an idle database connection failed'));

  async function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await takeConnection(pool, begin, performance.now() + limitMs);
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  }

  return {
    query: (text, values) => withConnection(({ query }) => query(text, values)),
    transaction: (work, signal) =>
      withConnection(async ({ query, commit, rollback }) => {
        signal.throwIfAborted();
        // A server that was paused carries out what was sent to it when it wakes up. Without the COMMIT, which nobody sends
        // who was told that it failed, all of that is undone.
        await query('BEGIN READ WRITE');
        try {
          const result = await work(query);
          signal.throwIfAborted();
          await commit();
          return result;
        } catch (error) {
          await rollback();
          throw error;
        }
      }),
    async close() {
      const limit = new Promise((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS).unref());
      await Promise.race([pool.end(), limit]);
    },
  };
}

/** Whether the database carries out a statement. */
export function createDatabaseCheck(database: Database, { required }: { required: boolean }): HealthCheck {
  return { required, check: () => database.query('SELECT 1') };
}

/** The connection string with the password in it: given beside the string, `pg` would prefer the string's empty one. */
export function withPassword(url: string, password: string): string {
  const full = new URL(url);
  full.password = encodeURIComponent(password);
  return full.href;
}
