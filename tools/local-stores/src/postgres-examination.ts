import { findPostgresBinaries } from './postgres-binaries.ts';
import { hasCluster, refuseForInitdb } from './postgres-cluster.ts';
import { runPostgresProgram } from './postgres-program.ts';
import { userFor } from './postgres-user.ts';

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
