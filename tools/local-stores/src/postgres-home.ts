import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, constants, cp, lstat, mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { StoreError } from './store-error.ts';
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

/**
 * A home for the data of `dir` and for the binaries in a place that the unprivileged user can reach, one for each
 * `dir`. Only root uses it, so no other user can have tampered with it.
 */
async function openOutsideHome(
  dir: string,
  binaries: PostgresBinaries,
  user: User,
  temporary: boolean,
): Promise<{ data: string; binaries: string; outside: string }> {
  const outside = await openFolder(dir, user, temporary);
  const copy = await copyBinaries(binaries, outside);
  if (!(await canReach(user, outside, join(copy, 'bin', 'postgres')))) {
    throw new StoreError(
      'PostgreSQL cannot start',
      `it refuses to run as root, and the user ${user.name} can reach neither ${resolve(dir)} nor ${outside}`,
      `chmod o+x ${outside} and the folders above it, or run as a normal user`,
    );
  }
  const data = join(outside, 'data');
  await pointTo(dir, data);
  return { data, binaries: copy, outside };
}

async function openFolder(dir: string, user: User, temporary: boolean): Promise<string> {
  // /var/tmp is swept by age on many systems; /var/lib is made for data that stays.
  const lasting = await access('/var/lib', constants.W_OK).then(
    () => '/var/lib',
    () => '/var/tmp',
  );
  const id = createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 12);
  // What belongs to a temporary folder is swept with it.
  const isTemporary = temporary || resolve(dir).startsWith(`${tmpdir()}/`);
  // Root may have a folder for temporary files that is closed to others (pam_tmpdir).
  const swept = (await canReach(user, tmpdir(), '/bin/sh')) ? tmpdir() : '/tmp';
  const folder = join(isTemporary ? swept : lasting, `evenkeel-${id}`);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new StoreError(
      'PostgreSQL cannot start',
      `${folder} is there already and is not a folder that only root may write to`,
      `see what it is (ls -la ${folder}); if it is the data of a clone: chown root ${folder} && chmod 0711 ${folder}`,
    );
  }
  await chmod(folder, 0o711);
  await writeFile(join(folder, 'README'), `The PostgreSQL data of ${dir}. Safe to remove once that folder is gone.\n`);
  return folder;
}

async function copyBinaries(binaries: PostgresBinaries, folder: string): Promise<string> {
  const copy = join(folder, `postgresql-${binaries.version}`);
  if (await lstat(copy).catch(() => undefined)) return copy;
  const unfinished = `${copy}.new`;
  await rm(unfinished, { recursive: true, force: true });
  // About 1,000 files of 60 MB. As npm unpacked them, others may not be able to read them.
  await cp(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  await promisify(execFile)('chmod', ['-R', 'a+rX', unfinished]);
  await rename(unfinished, copy);
  return copy;
}

/** Removing `.keel` is how a person starts afresh, so data that no link points to any more is dropped. */
async function pointTo(dir: string, data: string): Promise<void> {
  if ((await readlink(dir).catch(() => undefined)) === data) return;
  await rm(dir, { force: true });
  await rm(data, { recursive: true, force: true });
  await symlink(data, dir);
}
