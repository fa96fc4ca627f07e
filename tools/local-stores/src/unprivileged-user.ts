import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StoreError } from './store-error.ts';

/** The user a server runs as, when that is not ourselves. */
export interface User {
  name: string;
  uid: number;
  gid: number;
}

const run = promisify(execFile);

/**
 * PostgreSQL refuses to run as root, and initdb needs a user that has a name. As root this finds one that exists
 * nearly everywhere.
 */
export async function findUnprivilegedUser(): Promise<User> {
  const candidates = ['postgres', '_postgres', 'nobody', 'daemon'];
  for (const name of candidates) {
    try {
      const [userId, groupId] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      const user = { name, uid: Number(userId.stdout), gid: Number(groupId.stdout) };
      if (user.uid > 0) return user;
    } catch {
      // no such user here: the next one
    }
  }
  throw new StoreError(
    'PostgreSQL cannot start',
    `it refuses to run as root, and this system has none of the users ${candidates.join(', ')}`,
    'useradd --system --no-create-home postgres',
  );
}

/** Whether that user can enter the folder and run this file. Asked of the system, which knows about ACLs too. */
export async function canReach(user: User, folder: string, program: string): Promise<boolean> {
  const { uid, gid } = user;
  try {
    await run('/bin/sh', ['-c', 'cd "$1" && test -x "$2"', 'reach', folder, program], { uid, gid, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
