import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { StoreError, typed } from './store-error.ts';

/** The user that a server runs as. */
export interface User {
  /** Undefined when no entry in passwd names it. */
  name: string | undefined;
  /** Undefined is our own; so with the group. */
  uid?: number;
  gid?: number;
}

const run = promisify(execFile);

/**
 * The user to run PostgreSQL as on `dir`: ourselves, but not as root, which it refuses. `sudo ./keel up` on data that a
 * normal user made goes on as that user, so that both can use it.
 *
 * @throws StoreError when the data belong to another user, or there is no user to run as
 */
export async function userFor(dir: string): Promise<User> {
  const uid = process.getuid?.();
  const found = await stat(dir).catch((error: NodeJS.ErrnoException) => {
    if (uid === 0 || error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (uid === 0) {
    if (found === undefined || !found.isDirectory() || found.uid === 0) return findUnprivilegedUser();
    return { name: `with id ${found.uid}`, uid: found.uid, gid: found.gid };
  }
  if (found === undefined || found.uid === uid) return { name: currentName() };
  throw new StoreError(
    'PostgreSQL cannot use its data folder',
    `${dir} belongs to the user with id ${found.uid} (it was made by a run as root or as another user), you are ${uid}`,
    `run as that user, or make it yours: sudo chown -R ${uid} ${typed(dir)}`,
  );
}

/** One that exists nearly everywhere, and has a name: initdb needs that. */
async function findUnprivilegedUser(): Promise<User> {
  const candidates = ['postgres', '_postgres', 'nobody', 'daemon'];
  for (const name of candidates) {
    const { stdout } = await run('id', [name]).catch(() => ({ stdout: '' }));
    const [, uid = 0, gid = 0] = /^uid=(\d+).* gid=(\d+)/.exec(stdout)?.map(Number) ?? [];
    if (uid > 0) return { name, uid, gid };
  }
  throw new StoreError(
    'PostgreSQL cannot start',
    `it refuses to run as root, and this system has none of the users ${candidates.join(', ')}`,
    'useradd --system --no-create-home postgres',
  );
}

function currentName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** Whether that user can enter the folder and run this file. Asked of the system, which knows about ACLs too. */
export async function canReach({ uid, gid }: User, folder: string, program: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd "$1" && test -x "$2"', 'reach', folder, program], { uid, gid, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
