import type { QueryResultRow } from 'pg';
import type pg from 'pg';
import { isTransient, unavailable } from './database-errors.ts';

/** Runs one statement. Throws AppError `unavailable` when the database does not answer in time, else what it said. */
export type Query = <R extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<R[]>;

/** A connection out of the pool, for one operation that has to end by a deadline. */
export interface Connection {
  query: Query;
  /** Undoes an open transaction, unless the connection is beyond that: then the server undoes it when it notices. */
  rollback(): Promise<void>;
  /** Gives it back, or throws it away when something on it went unanswered. */
  release(): void;
}

const ROLLBACK_LIMIT_MS = 500;

/** Takes a connection; throws AppError `unavailable` when there is none by `deadline` (`performance.now()`). */
export async function takeConnection(pool: pg.Pool, deadline: number): Promise<Connection> {
  const client = await connect(pool, deadline);
  let broken = false;
  // While it is taken, a connection that breaks would end the process if nobody listened.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);

  async function run<R extends QueryResultRow>(text: string, values: readonly unknown[], limitMs: number) {
    try {
      if (limitMs <= 0) throw new Error('the time for this operation is over');
      // The types leave query_timeout out; it is a documented option of a query.
      const config = { text, values: [...values], query_timeout: Math.ceil(limitMs) };
      return (await client.query<R>(config)).rows;
    } catch (error) {
      if (!isTransient(error)) throw error;
      broken = true;
      throw unavailable(error);
    }
  }

  return {
    query: (text, values = []) => run(text, values, deadline - performance.now()),
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
async function connect(pool: pg.Pool, deadline: number): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no connection in time')), deadline - performance.now());
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}
