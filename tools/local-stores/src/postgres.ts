import { findFreePort } from './loopback-port.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { hasCluster, openCluster, refuseForInitdb, resetPassword } from './postgres-cluster.ts';
import { preparePostgresHome, type PostgresHome } from './postgres-home.ts';
import { stopLeftoverPostgres, spawnPostgres } from './postgres-process.ts';
import { runPostgresProgram } from './postgres-program.ts';
import { userFor } from './postgres-user.ts';
import { keepStore, type LocalStore, type StartedStore, type StoreOptions } from './store.ts';

/**
 * Starts PostgreSQL 17 on `dir`, in about 0.1 s when the data is there already. A server that a killed process left
 * behind on that folder is stopped first.
 *
 * @throws StoreError with its fix: damaged data, a full disk, another version's data, no user to run as.
 */
export async function startPostgres(options: StoreOptions): Promise<LocalStore> {
  const home = await preparePostgresHome(options.dir, await findPostgresBinaries(), options.temporary ?? false);
  return keepStore('PostgreSQL', options, () => startIn(home, options), [home.data, home.outside ?? home.data]);
}

/**
 * Looks for what would keep `startPostgres` from starting on `dir`, without making anything there.
 *
 * @returns which PostgreSQL it would start
 * @throws StoreError as `startPostgres` would
 */
export async function examinePostgres(dir: string): Promise<string> {
  const { folder } = await findPostgresBinaries();
  const home = { binaries: folder, data: dir, user: await userFor(dir) };
  if (!(await hasCluster(dir))) refuseForInitdb(home);
  return (await runPostgresProgram(home, 'postgres', ['--version'])).trim();
}

async function startIn(home: PostgresHome, options: StoreOptions): Promise<StartedStore> {
  const { password } = options;
  await stopLeftoverPostgres(home.data);
  await openCluster(home, options);
  const port = await findFreePort(options.port);
  let server = await spawnPostgres(home, port, options);
  const url = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  if (!(await acceptsPassword(url))) {
    await server.stop();
    await resetPassword(home, password);
    server = await spawnPostgres(home, port, options);
  }
  return { server, port, url, description: '' };
}

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
