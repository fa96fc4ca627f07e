import type { BeginCall } from '@evenkeel/telemetry';
import type { QueryResultRow } from 'pg';
import type pg from 'pg';
import { isTransient, outcomeUnknown, sqlState, unavailable } from './database-error.ts';

/** Runs one statement. Throws AppError `unavailable` when the database does not respond in time, else its own error. */
export type Query = <R extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<R[]>;

/** A connection out of the pool, for one operation that has to end by a deadline. */
export interface Connection {
  query: Query;
  /** Keeps what the transaction did. Throws `unavailable` when it was undone, `timeout` when that is unknown. */
  commit(): Promise<void>;
  /** Undoes an open transaction, unless the connection is beyond that: then the server undoes it when it notices. */
  rollback(): Promise<void>;
  /** Returns it to the pool, or closes it when a response on it is missing. */
  release(): void;
}

const ROLLBACK_LIMIT_MS = 500;

/** Takes a connection; throws AppError `unavailable` when there is none by `deadline` (`performance.now()`). */
export async function takeConnection(pool: pg.Pool, begin: BeginCall, deadline: number): Promise<Connection> {
  const client = await connect(pool, begin, deadline);
  let broken = false;
  // While it is taken, a connection that breaks would crash the process without a listener.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);

  async function run<R extends QueryResultRow>(text: string, values: readonly unknown[], limitMs: number) {
    const end = begin(firstWord(text), text);
    try {
      // The types lack query_timeout; it is a documented option of a query.
      const config = { text, values: [...values], query_timeout: Math.ceil(limitMs) };
      const result = await client.query<R>(config);
      end();
      return result;
    } catch (error) {
      end(error);
      if (!isTransient(error)) throw error;
      broken = true;
      throw unavailable(error);
    }
  }

  function timeLeft(): number {
    const ms = deadline - performance.now();
    if (ms <= 0) throw unavailable(new Error('the time for this operation is over'));
    return ms;
  }

  return {
    query: async <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await run<R>(text, values, timeLeft())).rows,
    async commit() {
      const limitMs = timeLeft();
      const { command } = await run('COMMIT', [], limitMs).catch((error: unknown) => {
        // An error of the server about a COMMIT means that it was not carried out.
        const refused = sqlState(error) ?? sqlState((error as Error).cause);
        throw refused === undefined ? outcomeUnknown(error) : error;
      });
      // PostgreSQL returns this after a statement has failed, even if its error was caught.
      if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}: a statement in it had failed`);
    },
    async rollback() {
      if (!broken) await run('ROLLBACK', [], ROLLBACK_LIMIT_MS).catch(onError);
    },
    release() {
      client.release(broken);
      client.off('error', onError);
    },
  };
}

/** The pool's own limit covers either waiting or connecting; this one covers both. */
async function connect(pool: pg.Pool, begin: BeginCall, deadline: number): Promise<pg.PoolClient> {
  // How long a request waits for one of the pool shows as well.
  const end = begin('connect', 'connect');
  const connecting = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no connection in time')), deadline - performance.now());
  });
  try {
    const client = await Promise.race([connecting, late]);
    end();
    return client;
  } catch (error) {
    end(error);
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}

function firstWord(text: string): string {
  return /\w+/.exec(text)?.[0].toUpperCase() ?? '';
}
