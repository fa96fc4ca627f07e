import { userInfo } from 'node:os';
import { StoreError } from './store-error.ts';

export const NAMELESS = {
  what: 'PostgreSQL cannot make its data folder: the user that runs it has no name',
  fix: () =>
    'run as a user of this system; in a container, give it the list of the host (docker run -v /etc/passwd:/etc/passwd:ro)',
};

export const ODD_PATH = {
  what: 'PostgreSQL cannot be started from a folder of this name',
  fix: () => 'move the clone to a folder whose path has no line break and none of $ ` "',
};

/** Data of another version is not damaged. */
export const OTHER_VERSION_FIX =
  'to take the data along, dump it with the version that made it (pg_dumpall, on a commit that has that version); ' +
  'to go on beside it with empty data, keep the state elsewhere: KEEL_STATE_DIR=…';

/**
 * Finds beforehand what initdb cannot work with: it needs a user with an entry in passwd, and hands its own path to a
 * shell between double quotes, where these characters mean something.
 *
 * @throws StoreError
 */
export function refuseForInitdb(paths: { binaries: string; data: string }, nameOfUser = currentUser): void {
  if (nameOfUser() === undefined) {
    throw new StoreError(NAMELESS.what, `id ${process.getuid?.()} has no entry in /etc/passwd`, NAMELESS.fix());
  }
  const odd = [/["$`\n\r]/.test(paths.binaries) ? paths.binaries : '', /[\n\r]/.test(paths.data) ? paths.data : ''];
  const path = odd.find(Boolean);
  if (path !== undefined) {
    throw new StoreError(ODD_PATH.what, `initdb cannot hand ${JSON.stringify(path)} to a shell`, ODD_PATH.fix());
  }
}

function currentUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
