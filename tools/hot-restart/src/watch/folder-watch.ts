import { readdirSync, statSync, watch } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

interface Watcher {
  on(event: 'error', listener: () => void): unknown;
  close(): void;
}

/** `name` is that of the file in the folder that came, went or changed; null where the system does not say it. */
export type WatchFolder = (folder: string, onEvent: (event: string, name: string | null) => void) => Watcher;

/** Whether a name in a folder matters. */
type Filter = (name: string) => boolean;

const everything: Filter = () => true;

export interface FolderWatchOptions {
  /** Is told of each path that may have changed; a folder that came, went or was replaced is followed by its files. */
  onChange(path: string): void;
  onError(message: string): void;
  /** Names below a watched tree that are never looked at. */
  ignores(name: string): boolean;
  watch?: WatchFolder;
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
  readonly #options: Required<FolderWatchOptions>;

  constructor(options: FolderWatchOptions) {
    this.#options = { watch, ...options };
    this.#inTree = (name) => !options.ignores(name);
  }

  /** Watches a folder and all below it, and the folder above for its replacement. */
  addTree(folder: string): void {
    if (this.#trees.has(folder)) return;
    this.#trees.add(folder);
    this.#armTree(folder, () => undefined);
    this.addFolder(dirname(folder), (name) => name === basename(folder));
  }

  /** Watches the files directly in a folder, or those of them that matter, beside those that mattered before. */
  addFolder(folder: string, matters: Filter = everything): void {
    const known = this.#watched.get(folder);
    if (known !== undefined) return void known.filters.add(matters);
    const filters = new Set([matters]);
    try {
      const watcher = this.#options.watch(folder, (event, name) => {
        if (name === null || ![...filters].some((filter) => filter(name))) return;
        const path = join(folder, name);
        if (event === 'rename' && this.#isInTree(path)) this.#renamed(path);
        this.#options.onChange(path);
      });
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

  /** All files of a watched tree, or of all of them. */
  files(tree?: string): string[] {
    const files: string[] = [];
    for (const one of tree === undefined ? this.#trees : [tree]) this.#walk(one, (path) => files.push(path));
    return files;
  }

  close(): void {
    this.drop([...this.#watched.keys()]);
  }

  #isInTree(path: string): boolean {
    return [...this.#trees].some((tree) => path === tree || path.startsWith(tree + sep));
  }

  /** A name came, went or points at something else. If it is or was a folder, its watchers are those of a dead one. */
  #renamed(path: string): void {
    const below = [...this.#watched.keys()].filter((folder) => folder === path || folder.startsWith(path + sep));
    this.drop(below);
    this.#armTree(path, (file) => this.#options.onChange(file));
  }

  /** Arms first and lists then, so that nothing falls between. */
  #armTree(folder: string, onFile: (path: string) => void): void {
    if (!isFolder(folder)) return;
    this.#walk(folder, onFile, (found) => this.addFolder(found, this.#inTree));
  }

  #walk(folder: string, onFile: (path: string) => void, onFolder?: (path: string) => void): void {
    onFolder?.(folder);
    for (const entry of list(folder)) {
      if (this.#options.ignores(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.#walk(path, onFile, onFolder);
      else onFile(path);
    }
  }
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function explain(folder: string, error: Error, code: string | undefined): string {
  if (code !== 'ENOSPC' && code !== 'EMFILE') return `${folder} cannot be watched: ${error.message}`;
  return `${folder} cannot be watched: the system's limit of watched folders is reached. Raise it (Linux: sysctl fs.inotify.max_user_watches=524288) or set HOT_RESTART_POLL_MS=500.`;
}
