import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rename, rm, writeFile, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { storeEnvironment } from './child-environment.ts';
import { explainPostgresExit } from './postgres-failure.ts';
import type { PostgresHome } from './postgres-home.ts';
import { OTHER_VERSION_FIX, refuseForInitdb } from './postgres-requirements.ts';
import { StoreError, typed } from './store-error.ts';

/** Its programs need no others but those of every system. */
export const POSTGRES_ENV = storeEnvironment({ PATH: '/usr/bin:/bin' });
export const MAJOR_VERSION = '17';

/** What a data folder is made with. */
export interface ClusterOptions {
  /** The superuser's. */
  password: string;
  /** The data is thrown away: no fsync. */
  temporary: boolean;
  signal?: AbortSignal | undefined;
}

/** Creates the data folder if it is missing, and rejects one that this version cannot use. */
export async function openCluster(home: PostgresHome, options: ClusterOptions): Promise<void> {
  if (await hasCluster(home.data)) return;
  refuseForInitdb(home, home.user && (() => home.user?.name));
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

/** Works beside the folder and moves it into place at the end, so that an interrupted run leaves no half cluster. */
async function initialise(home: PostgresHome, { password, temporary, signal }: ClusterOptions): Promise<void> {
  const unfinished = `${home.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (home.user !== undefined) await chown(unfinished, home.user.uid, home.user.gid);
  await using passwordFile = await writePasswordFile(password, home);
  const args = [
    ...['-D', unfinished, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile.path}`],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
    ...(temporary ? ['--no-sync'] : ['--data-checksums']),
  ];
  await run(home, 'initdb', args, { signal });
  await rm(home.data, { recursive: true, force: true });
  await rename(unfinished, home.data);
}

/** Sets the superuser's password with the server down, for when the generated secrets were removed. */
export async function resetPassword(home: PostgresHome, password: string): Promise<void> {
  const statement = `ALTER ROLE postgres PASSWORD '${password.replaceAll("'", "''")}'`;
  await run(home, 'postgres', ['--single', '-D', home.data, 'postgres'], { input: `${statement}\n` });
}

/** Beside the data: there the user that runs initdb can pass, which root's folder for temporary files may not allow. */
async function writePasswordFile(password: string, home: PostgresHome) {
  const path = `${home.data}.password`;
  await rm(path, { force: true });
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (home.user !== undefined) await chown(path, home.user.uid, home.user.gid);
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

async function run(
  home: PostgresHome,
  program: 'initdb' | 'postgres',
  args: string[],
  { input = '', signal }: { input?: string; signal?: AbortSignal | undefined },
): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(join(home.binaries, 'bin', program), args, {
    env: POSTGRES_ENV,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(home.user === undefined ? {} : { uid: home.user.uid, gid: home.user.gid }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.stdin.on('error', () => {}).end(input);
  const end = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  const [code, endedBy] = (await once(child, 'close').finally(() => signal?.removeEventListener('abort', end))) as [
    number | null,
    string | null,
  ];
  signal?.throwIfAborted();
  const ending = String(endedBy ?? `exit code ${code}`);
  if (code !== 0) throw explainPostgresExit({ program, output, ending, data: home.data });
}
