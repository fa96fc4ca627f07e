import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { hasCluster, POSTGRES_ENV } from './postgres-cluster.ts';
import { explainPostgresExit } from './postgres-failure.ts';
import { refuseOthersData } from './postgres-home.ts';
import { refuseForInitdb } from './postgres-requirements.ts';
import { findUnprivilegedUser } from './unprivileged-user.ts';

const run = promisify(execFile);

/**
 * Looks for what would keep `startPostgres` from starting on `dir`, without making anything there.
 *
 * @returns which PostgreSQL it would start
 * @throws StoreError as `startPostgres` would
 */
export async function examinePostgres(dir: string): Promise<string> {
  const { folder } = await findPostgresBinaries();
  if (process.getuid?.() === 0) await findUnprivilegedUser();
  else await refuseOthersData(dir);
  if (!(await hasCluster(dir))) refuseForInitdb({ binaries: folder, data: dir });
  try {
    const { stdout } = await run(join(folder, 'bin', 'postgres'), ['--version'], { env: POSTGRES_ENV, cwd: '/' });
    return stdout.trim();
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    throw explainPostgresExit({
      program: 'postgres',
      output: stderr ?? '',
      ending: `exit code ${String(code)}`,
      data: dir,
    });
  }
}
