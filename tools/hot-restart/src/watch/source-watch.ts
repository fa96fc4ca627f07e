import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BurstGatherer } from './burst.ts';
import { Contents } from './contents.ts';
import { FolderWatch, watchBySystem, type WatchFolder } from './folder-watch.ts';
import { Installed } from './installed.ts';
import type { LoadedModules } from '../messages.ts';
import { ownPackages, packageFolder, workspaceFolder } from './packages.ts';
import { pollBeside } from './poll.ts';
import { isIgnored, isModule } from './source-names.ts';

const QUIET_MS = 15;
/** An installation writes thousands of files with pauses between them. */
const QUIET_THIRD_PARTY_MS = 300;
/** A burst that does not end is taken for over, so that something happens. */
const BURST_LIMIT_MS = 1000;

export interface SourceWatchOptions {
  entry: string;
  pollMs: number | undefined;
  /** A burst begins; what has changed is known when it is over. */
  onFirst(): void;
  onChanges(changed: string[], since: number): void;
  onError(message: string): void;
  /** How a folder is watched; `fs.watch` by default. */
  watch?: WatchFolder;
}

/** Watches all that a service is made of, and says what has another content than before. */
export class SourceWatch {
  readonly workspace: string;
  packages: ReadonlySet<string> = new Set();
  readonly #options: SourceWatchOptions;
  readonly #watch: FolderWatch;
  readonly #installed: Installed;
  readonly #contents = new Contents();
  readonly #bursts: BurstGatherer;
  #own: ReadonlySet<string> = new Set();

  constructor(options: SourceWatchOptions) {
    this.#options = options;
    this.workspace = workspaceFolder(options.entry);
    const { watch = watchBySystem, pollMs } = options;
    this.#watch = new FolderWatch({
      onChange: (path) => this.#mayHaveChanged(path),
      onError: (message) => options.onError(message),
      ignores: isIgnored,
      watch: pollMs === undefined ? watch : pollBeside(watch, pollMs),
    });
    this.#installed = new Installed(this.workspace, this.#watch);
    this.#bursts = new BurstGatherer({
      quietMs: QUIET_MS,
      limitMs: BURST_LIMIT_MS,
      onFirst: () => options.onFirst(),
      onBurst: (paths, since) => {
        const changed = this.#contents.changed(paths);
        if (changed.length > 0) options.onChanges(changed, since);
      },
    });
  }

  start(): void {
    this.#installed.start();
    this.readPackages();
    this.#contents.learn(this.#installed.manifests);
  }

  /** Reads the package graph, again when a package.json has changed. */
  readPackages(): void {
    const packages = ownPackages(packageFolder(this.#options.entry));
    const added = packages.filter((folder) => !this.packages.has(folder));
    this.packages = new Set(packages);
    for (const folder of added) this.#contents.learn(this.#watch.addTree(folder));
  }

  /** Watches also where modules were loaded from that no package.json names. */
  follow(modules: LoadedModules): void {
    this.#own = new Set(modules.own);
    for (const folder of new Set(modules.own.map((path) => dirname(path)))) {
      if (this.#watch.watchesAll(folder)) continue;
      this.#contents.learn(modules.own.filter((path) => dirname(path) === folder));
      this.#watch.addFolder(folder);
    }
    this.#installed.follow(modules.thirdPartyFolders);
  }

  /** After an installation, or when one is about to come. */
  watchInstalledAgain(): void {
    this.#installed.armAgain();
  }

  close(): void {
    this.#bursts.cancel();
    this.#watch.close();
  }

  #mayHaveChanged(path: string): void {
    // A folder that went away stands for its files; other files than modules matter only if they were loaded.
    const matters =
      isModule(path) || this.#own.has(path) || !(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
    if (matters) this.#bursts.add(path, this.#installed.holds(path) ? QUIET_THIRD_PARTY_MS : QUIET_MS);
    if (!this.#installed.isRoot(path)) return;
    // Deleted as a whole, and now there again: its watcher is that of the dead one, and what has been written into the
    // new one already was seen by none.
    this.#installed.armAgain();
    for (const manifest of this.#installed.manifests) this.#bursts.add(manifest, QUIET_THIRD_PARTY_MS);
  }
}
