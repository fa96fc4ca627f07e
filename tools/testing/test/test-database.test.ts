import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { testDatabase } from '../src/index.ts';
import { ensureTemplate, removeRun } from '../src/postgres-run.ts';

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

it('migrates once for all who ask, and gives each a database of its own', async () => {
  let migrations = 0;
  const create = () =>
    testDatabase({
      name: 'counted',
      async migrate(url) {
        migrations++;
        await query(url, 'CREATE TABLE things (name text)');
      },
    });
  const [one, other] = await Promise.all([create(), create(), create().then((third) => third.close())]);
  expect(migrations).toBe(1);
  await query(one.url, `INSERT INTO things VALUES ('mine')`);
  expect(await query(one.url, 'SELECT name FROM things')).toEqual([{ name: 'mine' }]);
  expect(await query(other.url, 'SELECT name FROM things')).toEqual([]);
  await Promise.all([one.close(), other.close()]);
  await expect(connect(one.url)).rejects.toMatchObject({ code: '3D000' });
});

it('makes the first templates of a run at once', async () => {
  const { postgresUrl } = inject('stores');
  const run = `first_${String(process.pid)}`;
  const names = ['users', 'orders', 'things'];
  const made = Promise.all(names.map((name) => ensureTemplate(postgresUrl, run, name, () => Promise.resolve())));
  await expect(made.finally(() => removeRun(postgresUrl, run))).resolves.toHaveLength(names.length);
});

it('tries a migration again that failed', async () => {
  const failing = { name: 'failing', migrate: () => Promise.reject(new Error('no')) };
  await expect(testDatabase(failing)).rejects.toThrow('no');
  await using database = await testDatabase({ name: 'failing', migrate: () => Promise.resolve() });
  expect(await query(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('belongs to a role that may do nothing else', async () => {
  await using database = await testDatabase({ name: 'plain', migrate: () => Promise.resolve() });
  const [role] = await query(
    database.url,
    'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user',
  );
  expect(role).toEqual({ rolsuper: false, rolcreatedb: false, rolcreaterole: false });
});

it('fails who leaves a connection open, by its last statement', async () => {
  const database = await testDatabase({ name: 'plain', migrate: () => Promise.resolve() });
  const leaked = await connect(database.url);
  await leaked.query('SELECT 42 AS the_leak');
  await expect(database.close()).rejects.toThrow(/1 database connections were left open[^]*the_leak/);
  await leaked.end().catch(() => undefined);
});
