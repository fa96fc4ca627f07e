import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAdmin, cloneDatabase, dropDatabase } from '@evenkeel/local-stores';
import { inject } from 'vitest';
import { databaseName, ensureTemplate, roleOf, roleUrl } from './postgres-run.ts';

export interface TestDatabaseOptions {
  /** Names the schema, in letters and digits: all files that give the same name share one migrated template. */
  name: string;
  /** Brings an empty database to the schema; called with its connection string, once for the whole run. */
  migrate(url: string): Promise<void>;
}

/** A database of one test file. */
export interface TestDatabase extends AsyncDisposable {
  /** Connection string of the role that owns it, and owns nothing else; the password is in it. */
  url: string;
  password: string;
  /** Drops it. Throws when a connection was left open. */
  close(): Promise<void>;
}

const CLOSING_LIMIT_MS = 2_000;

/** Makes a database by copying the migrated template. For suites with the global setup of this package. */
export async function testDatabase({ name, migrate }: TestDatabaseOptions): Promise<TestDatabase> {
  const { postgresUrl, run } = inject('stores');
  const template = await ensureTemplate(postgresUrl, run, name, migrate);
  const { role, password } = roleOf(run);
  const database = databaseName(run, `${name}_${randomBytes(4).toString('hex')}`);
  await cloneDatabase(postgresUrl, template, database, role);

  async function close(): Promise<void> {
    const left = await connectionsLeft(postgresUrl, database);
    await dropDatabase(postgresUrl, database);
    if (left.length > 0)
      throw new Error(
        `${String(left.length)} database connections were left open; close what opened them. Their last statements:\n` +
          left.join('\n'),
      );
  }
  return { url: roleUrl(postgresUrl, run, database), password, close, [Symbol.asyncDispose]: close };
}

/** The last statements of connections that are still there after a moment: the server notices a closed one late. */
async function connectionsLeft(adminUrl: string, database: string): Promise<string[]> {
  return asAdmin(adminUrl, async (client) => {
    for (const until = performance.now() + CLOSING_LIMIT_MS; ; await sleep(20)) {
      const { rows } = await client.query<{ query: string }>('SELECT query FROM pg_stat_activity WHERE datname = $1', [
        database,
      ]);
      if (rows.length === 0 || performance.now() > until) return rows.map(({ query }) => query);
    }
  });
}
