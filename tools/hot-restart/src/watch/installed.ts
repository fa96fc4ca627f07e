import { join, sep } from 'node:path';
import type { FolderWatch } from './folder-watch.ts';
import { isModule } from './source-names.ts';

/** What npm installs: the workspace's manifests and the third-party modules that the live process has loaded. */
export class Installed {
  /** npm writes the last of them at the end of an installation. */
  readonly manifests: readonly string[];
  readonly #workspace: string;
  readonly #root: string;
  readonly #watch: FolderWatch;
  #loaded: ReadonlySet<string> = new Set();

  constructor(workspace: string, watch: FolderWatch) {
    this.#workspace = workspace;
    this.#root = join(workspace, 'node_modules');
    this.manifests = ['package.json', 'package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
      join(workspace, name),
    );
    this.#watch = watch;
  }

  start(): void {
    this.#watch.addFolder(this.#workspace, (name) => /^package(-lock)?\.json$|^node_modules$/.test(name));
    this.#arm();
  }

  /** Watches the modules in these folders, from which the live process has loaded some. */
  follow(folders: string[]): void {
    this.#loaded = new Set(folders);
    this.#arm();
  }

  /** After an installation, or when one is about to come: each folder may be another than the one that is watched. */
  armAgain(): void {
    this.#watch.drop([...this.#loaded, this.#root]);
    this.#arm();
  }

  /** Whether a path belongs to what is installed, and changes in the slow way of an installation. */
  holds(path: string): boolean {
    return path.includes(`${sep}node_modules${sep}`) || this.isRoot(path);
  }

  isRoot(path: string): boolean {
    return path === this.#root;
  }

  #arm(): void {
    this.#watch.addFolder(this.#root, isRecord);
    for (const folder of this.#loaded) this.#watch.addFolder(folder, isModule);
  }
}

/** npm's record of what it has installed. */
const isRecord = (name: string) => name === '.package-lock.json';
