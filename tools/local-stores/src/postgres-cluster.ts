import { readFile, readdir, rename, rm, writeFile, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OTHER_VERSION_FIX } from './postgres-failure.ts';
import type { PostgresHome } from './postgres-home.ts';
import { runPostgresProgram } from './postgres-program.ts';
import { StoreError, typed } from './store-error.ts';
import type { StoreOptions } from './store.ts';

const MAJOR_VERSION = '17';

/** Creates the data folder if it is missing, and rejects one that this version cannot use. */
export async function openCluster(home: PostgresHome, options: StoreOptions): Promise<void> {
  if (await hasCluster(home.data)) return;
  refuseForInitdb(home);
  await initialise(home, options);
}

/** Whether there are data in this folder. @throws StoreError when they are not of this version, or not PostgreSQL's */
export async function hasCluster(data: string): Promise<boolean> {
  const entries = await readdir(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length === 0) return false;
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) {
    const why = `${data} is not empty and has no PG_VERSION: not a PostgreSQL data folder, or a damaged one`;
    const fix = `see what is in it (ls -la ${typed(data)}); PostgreSQL makes its data in a folder that is empty or missing`;
    throw new StoreError('PostgreSQL cannot use its data folder', why, fix);
  }
  if (version.trim() !== MAJOR_VERSION) {
    const why = `${data} was made by version ${version.trim()}, this is version ${MAJOR_VERSION}`;
    throw new StoreError('PostgreSQL cannot read data of another version', why, OTHER_VERSION_FIX);
  }
  return true;
}

/**
 * Finds beforehand what initdb cannot work with: it needs a user with an entry in passwd, and hands its own path to a
 * shell between double quotes, where these characters mean something.
 *
 * @throws StoreError
 */
export function refuseForInitdb({ binaries, data, user }: PostgresHome): void {
  if (user.name === undefined) {
    throw new StoreError(
      'PostgreSQL cannot make its data folder: the user that runs it has no name',
      `id ${process.getuid?.()} has no entry in /etc/passwd`,
      'run as a user of this system; in a container, give it the list of the host (docker run -v /etc/passwd:/etc/passwd:ro)',
    );
  }
  const odd = [/["$`\n\r]/.test(binaries) ? binaries : '', /[\n\r]/.test(data) ? data : ''].find(Boolean);
  if (odd !== undefined) {
    throw new StoreError(
      'PostgreSQL cannot be started from a folder of this name',
      `initdb cannot hand ${JSON.stringify(odd)} to a shell`,
      'move the clone to a folder whose path has no line break and none of $ ` "',
    );
  }
}

/** Works beside the folder and moves it into place at the end, so that an interrupted run leaves no half cluster. */
async function initialise(home: PostgresHome, { password, temporary, signal }: StoreOptions): Promise<void> {
  const unfinished = `${home.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await chown(unfinished, home.user.uid ?? -1, home.user.gid ?? -1);
  await using passwordFile = await writePasswordFile(password, home);
  const args = [
    ...['-D', unfinished, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile.path}`],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
    ...(temporary ? ['--no-sync'] : ['--data-checksums']),
  ];
  await runPostgresProgram(home, 'initdb', args, { signal });
  await rm(home.data, { recursive: true, force: true });
  await rename(unfinished, home.data);
}

/** Sets the superuser's password with the server down, for when the generated secrets were removed. */
export async function resetPassword(home: PostgresHome, password: string): Promise<void> {
  const statement = `ALTER ROLE postgres PASSWORD '${password.replaceAll("'", "''")}'`;
  await runPostgresProgram(home, 'postgres', ['--single', '-D', home.data, 'postgres'], { input: `${statement}\n` });
}

/** Beside the data: there the user that runs initdb can pass, which root's folder for temporary files may not allow. */
async function writePasswordFile(password: string, home: PostgresHome) {
  const path = `${home.data}.password`;
  await rm(path, { force: true });
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
  await chown(path, home.user.uid ?? -1, home.user.gid ?? -1);
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
