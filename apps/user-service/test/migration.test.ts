import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startProgram, testDatabase, type TestDatabase } from '@evenkeel/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/store/migration.ts';
import { silent } from './service-under-test.ts';

const MIGRATE = join(import.meta.dirname, '../src/migrate.ts');
let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase({ name: 'empty', migrate: () => Promise.resolve() });
});
afterEach(() => database.close());

async function query<R extends pg.QueryResultRow>(text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

const files = async () =>
  (await readdir(join(import.meta.dirname, '..', 'migrations'))).sort().map((file) => file.replace(/\.sql$/, ''));
const applied = async () =>
  (await query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY id')).map(({ name }) => name);

describe('migrations', () => {
  it('run once when five processes start at once', async () => {
    const environment = { DATABASE_URL: database.url, DATABASE_PASSWORD: database.password };
    const processes = Array.from({ length: 5 }, () => startProgram(MIGRATE, environment));
    const codes = await Promise.all(processes.map(({ exited }) => exited));
    expect(codes, processes.map(({ output }) => output()).join('')).toEqual([0, 0, 0, 0, 0]);
    expect(await applied()).toEqual(await files());
  });

  it('wait for another one that runs, and name the blocker when that takes too long', async () => {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('SELECT pg_advisory_lock(7305911)');
    await expect(migrate({ url: database.url, logger: silent, lockWaitMs: 200 })).rejects.toThrow(/Another process/);
    const waiting = migrate({ url: database.url, logger: silent });
    await other.query('SELECT pg_advisory_unlock(7305911)');
    await waiting;
    expect(await applied()).toEqual(await files());
    await other.end();
  });

  it('leave nothing behind when one of them fails', async () => {
    await query('CREATE TABLE idempotency_keys ()');
    await expect(migrate({ url: database.url, logger: silent })).rejects.toThrow(/already exists/);
    expect(await applied()).toEqual([]);
    expect(await query(`SELECT to_regclass('users') AS users`)).toEqual([{ users: null }]);
  });

  it('keep a schema that is newer than this code', async () => {
    await migrate({ url: database.url, logger: silent });
    await query(`INSERT INTO schema_migrations (name, run_on) VALUES ('99990101000000000_later', now())`);
    await migrate({ url: database.url, logger: silent });
    expect(await applied()).toHaveLength((await files()).length + 1);
  });
});

it('migrations on a database that is unavailable can be retried', async () => {
  const away = migrate({ url: 'postgres://nobody@127.0.0.1:1/none', logger: silent });
  await expect(away).rejects.toMatchObject({ code: 'unavailable' });
});

it('migrate.ts reports a database that is not there, and exits 1', async () => {
  const process = startProgram(MIGRATE, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    DATABASE_PASSWORD: 'x',
  });
  expect(await process.exited).toBe(1);
  expect(process.output()).toContain('ECONNREFUSED');
});
