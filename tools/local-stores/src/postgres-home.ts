import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { openOutsideHome } from './postgres-outside-home.ts';
import { StoreError, typed } from './store-error.ts';
import { canReach, findUnprivilegedUser, type User } from './unprivileged-user.ts';

/** Where a cluster lives and who runs it. */
export interface PostgresHome {
  /** The data folder; it may not exist yet, its parent does. */
  data: string;
  /** The folder with `bin`, `lib` and `share`. */
  binaries: string;
  /** Whom the server runs as; undefined is ourselves. */
  user: User | undefined;
  /** Set when the data could not live in the folder that was asked for: the folder to remove with it. */
  outside: string | undefined;
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
  const here = { data: join(parent, basename(dir)), binaries: binaries.folder, outside: undefined };

  if (process.getuid?.() !== 0) {
    await refuseOthersData(dir);
    return { ...here, user: undefined };
  }
  const user = (await ownerOf(dir)) ?? (await findUnprivilegedUser());
  if (await canReach(user, parent, join(binaries.folder, 'bin', 'postgres'))) return { ...here, user };
  return { user, ...(await openOutsideHome(dir, binaries, user, temporary)) };
}

/** `sudo ./keel up` on data that a normal user made goes on as that user, so that both can use it. */
async function ownerOf(dir: string): Promise<User | undefined> {
  const found = await stat(dir).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || found.uid === 0) return undefined;
  return { name: `with id ${found.uid}`, uid: found.uid, gid: found.gid };
}

/** PostgreSQL uses no data of another user. @throws StoreError */
export async function refuseOthersData(dir: string): Promise<void> {
  const found = await stat(dir).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : Promise.reject(error),
  );
  const uid = process.getuid?.();
  if (found === undefined || found.uid === uid) return;
  throw new StoreError(
    'PostgreSQL cannot use its data folder',
    `${dir} belongs to the user with id ${found.uid} (it was made by a run as root or as another user), you are ${uid}`,
    `run as that user, or make it yours: sudo chown -R ${uid} ${typed(dir)}`,
  );
}
