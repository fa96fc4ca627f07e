import { readdirSync, statSync, watch, type Dirent } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

interface Watcher {
  on(event: 'error', listener: () => void): unknown;
  close(): void;
}

/** Whether a name in a folder matters. */
type Filter = (name: string) => boolean;

/** `name` is that of the file in the folder that came, went or changed; null where the system does not say it. */
export type WatchFolder = (
  folder: string,
  onEvent: (event: string, name: string | null) => void,
  matters: Filter,
) => Watcher;

export const watchBySystem: WatchFolder = (folder, onEvent) => watch(folder, onEvent);

const everything: Filter = () => true;

export interface FolderWatchOptions {
  /** Is told of each path that may have changed; a folder that came, went or was replaced is followed by its files. */
  onChange(path: string): void;
  onError(message: string): void;
  /** Names below a watched tree that are never looked at. */
  ignores(name: string): boolean;
  watch: WatchFolder;
}

/**
 * One watcher a folder. A recursive watch goes blind on Linux when a folder is replaced; here the folder above notices
 * and the tree is armed again.
 */
export class FolderWatch {
  /** Of each folder; a name in it matters if one of the filters says so. */
  readonly #watched = new Map<string, { watcher: Watcher; filters: Set<Filter> }>();
  readonly #trees = new Set<string>();
  readonly #inTree: Filter;
  readonly #options: FolderWatchOptions;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#inTree = (name) => !options.ignores(name);
  }

  /** Watches a folder and all below it, and the folder above for its replacement. Returns the files of the tree. */
  addTree(folder: string): string[] {
    this.#trees.add(folder);
    this.addFolder(dirname(folder), (name) => name === basename(folder));
    return this.#armTree(folder);
  }

  /** Watches the files directly in a folder, or those of them that matter, beside those that mattered before. */
  addFolder(folder: string, matters: Filter = everything): void {
    const known = this.#watched.get(folder);
    if (known !== undefined) return void known.filters.add(matters);
    const filters = new Set([matters]);
    const isAnyones: Filter = (name) => filters.values().some((filter) => filter(name));
    const onEvent = (event: string, name: string | null) => {
      if (name === null || !isAnyones(name)) return;
      const path = join(folder, name);
      if (event === 'rename' && this.#isInTree(path)) this.#renamed(path);
      this.#options.onChange(path);
    };
    try {
      const watcher = this.#options.watch(folder, onEvent, isAnyones);
      watcher.on('error', () => this.drop([folder]));
      this.#watched.set(folder, { watcher, filters });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#options.onError(explain(folder, error as Error, code));
    }
  }

  /** Forgets watchers of these folders, so that they can be armed anew. */
  drop(folders: Iterable<string>): void {
    for (const folder of folders) {
      this.#watched.get(folder)?.watcher.close();
      this.#watched.delete(folder);
    }
  }

  /** Whether every source directly in a folder matters. */
  watchesAll(folder: string): boolean {
    const filters = this.#watched.get(folder)?.filters;
    return filters !== undefined && (filters.has(everything) || filters.has(this.#inTree));
  }

  close(): void {
    this.drop([...this.#watched.keys()]);
  }

  #isInTree(path: string): boolean {
    return this.#trees.values().some((tree) => path === tree || path.startsWith(tree + sep));
  }

  /** A name came, went or points at something else. If it is or was a folder, its watchers are those of a dead one. */
  #renamed(path: string): void {
    const below = [...this.#watched.keys()].filter((folder) => folder === path || folder.startsWith(path + sep));
    this.drop(below);
    for (const file of this.#armTree(path)) this.#options.onChange(file);
  }

  /** Arms first and lists then, so that nothing falls between. Returns the files. */
  #armTree(folder: string): string[] {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
    this.addFolder(folder, this.#inTree);
    return entriesIn(folder).flatMap((entry) => {
      if (!this.#inTree(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? this.#armTree(path) : [path];
    });
  }
}

/** None when there is no such folder. */
export function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function explain(folder: string, error: Error, code: string | undefined): string {
  if (code !== 'ENOSPC' && code !== 'EMFILE') return `${folder} cannot be watched: ${error.message}`;
  return `${folder} cannot be watched: the system's limit of watched folders is reached. Raise it (Linux: sysctl fs.inotify.max_user_watches=524288) or set HOT_RESTART_POLL_MS=500.`;
}
