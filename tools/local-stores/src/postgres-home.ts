import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { openOutsideHome } from './postgres-outside-home.ts';
import { canReach, userFor, type User } from './postgres-user.ts';

/** Where a cluster lives and who runs it. */
export interface PostgresHome {
  /** The data folder; it may not exist yet, its parent does. */
  data: string;
  /** The folder with `bin`, `lib` and `share`. */
  binaries: string;
  user: User;
  /** Set when the data could not live in the folder that was asked for: the folder to remove with it. */
  outside?: string;
}

/**
 * Decides where the data of `dir` lives. Usually that is `dir` itself. As root PostgreSQL runs as another user, and
 * where that user cannot pass (a clone under /root, a 0700 folder) binaries and data go to a folder of their own,
 * and `dir` becomes a symbolic link to that data.
 */
export async function preparePostgresHome(
  dir: string,
  binaries: PostgresBinaries,
  temporary: boolean,
): Promise<PostgresHome> {
  const parent = dirname(resolve(dir));
  await mkdir(parent, { recursive: true });
  const user = await userFor(dir);
  if (user.uid === undefined || (await canReach(user, parent, join(binaries.folder, 'bin', 'postgres'))))
    return { user, data: join(parent, basename(dir)), binaries: binaries.folder };
  return { user, ...(await openOutsideHome(dir, binaries, user, temporary)) };
}
