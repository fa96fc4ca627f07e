import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Watches folders, never files: the watch of a file goes blind when the file is replaced. A folder that has vanished is
 * watched again once it is back.
 * @param onProblem called when a folder cannot be watched, perhaps again and again.
 * @returns a function that resolves at the next event, at once if there was one since its last call, and after `limitMs`
 * in any case. Folders that came or went are noticed when it is called.
 */
export function watchPaths(paths: readonly string[], onProblem: (folder: string, reason: string) => void) {
  const watchers = new Map<string, { identity: string; watcher: FSWatcher }>();
  let changed = false;
  let wake = () => undefined as void;

  function notice(): void {
    changed = true;
    wake();
  }

  function follow(folder: string): void {
    const identity = identityOf(folder);
    if (watchers.get(folder)?.identity === identity) return;
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
    notice();
    if (identity === undefined) return;
    try {
      const watcher = watch(folder, notice).on('error', ({ message }) => onProblem(folder, message));
      watchers.set(folder, { identity, watcher });
    } catch (error) {
      onProblem(folder, (error as Error).message);
    }
  }

  return async (limitMs: number): Promise<void> => {
    for (const path of paths) follow(isFolder(path) ? path : dirname(path));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, changed ? 0 : limitMs);
      wake = () => void (clearTimeout(timer), resolve());
    });
    changed = false;
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Tells a folder from its successor, which may get the number (inode) of the first one. */
function identityOf(folder: string): string | undefined {
  const status = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return status && [status.dev, status.ino, status.birthtimeNs].join(' ');
}
