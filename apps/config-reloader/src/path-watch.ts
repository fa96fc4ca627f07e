import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Tells when something may have changed at the paths. */
export interface PathWatch {
  /** Resolves at the next event, at once if there was one since the last call, and after `limitMs` in any case. */
  next(limitMs: number): Promise<void>;
}

/**
 * Watches folders, never files: a watch of a file goes blind when the file is replaced. A folder that vanished is watched
 * again when it returns, which `next` looks for each time.
 * @param onProblem called once for each folder that cannot be watched: it is only looked at from time to time.
 */
export function watchPaths(paths: readonly string[], onProblem: (folder: string, reason: string) => void): PathWatch {
  const watched = new Map<string, { identity: string; watcher: FSWatcher }>();
  const failed = new Set<string>();
  let changed = false;
  let wake: () => void = () => undefined;

  function notice(): void {
    changed = true;
    wake();
  }

  function arm(folder: string): void {
    const identity = identityOf(folder);
    const known = watched.get(folder);
    if (known?.identity === identity) return;
    known?.watcher.close();
    watched.delete(folder);
    if (identity === undefined) return;
    try {
      const watcher = watch(folder, notice).on('error', (error) => fail(folder, error));
      watched.set(folder, { identity, watcher });
      notice();
    } catch (error) {
      fail(folder, error as Error);
    }
  }

  function fail(folder: string, error: Error): void {
    if (failed.has(folder)) return;
    failed.add(folder);
    onProblem(folder, error.message);
  }

  return {
    async next(limitMs) {
      for (const folder of new Set(paths.map(folderOf))) arm(folder);
      if (!changed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, limitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      changed = false;
    },
  };
}

/** The path itself if it is a folder, else the folder it is in. */
function folderOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}

/** Differs between a folder and one that takes its place, also where the number of the first one is used again. */
function identityOf(folder: string): string | undefined {
  const status = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? undefined : [status.dev, status.ino, status.birthtimeNs].join(' ');
}
