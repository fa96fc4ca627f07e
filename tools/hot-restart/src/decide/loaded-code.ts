import { basename, dirname, join } from 'node:path';
import type { LoadedModules } from '../messages.ts';
import { isModule } from '../watch/source-names.ts';

/** Where the service is: the folder of the workspace, and those of its package and of the workspace libs that it uses. */
export interface Place {
  workspace: string;
  packages: ReadonlySet<string>;
}

/** What changed files mean. */
export interface Verdict {
  /** The files to restart for; none: no restart. */
  restartFor: string[];
  /** What a standby has loaded is out of date. */
  discardStandby: boolean;
  /** The package graph may have changed. */
  packagesChanged: boolean;
}

/** What the processes of a service have loaded, and what has changed since: knows which changes matter. */
export class LoadedCode {
  /** What the live process has loaded, or looked for in vain. */
  #own: ReadonlySet<string> = new Set();
  #thirdPartyFolders: ReadonlySet<string> = new Set();
  /** Own files that a standby has loaded already: telemetry and what it imports. */
  #preloaded: ReadonlySet<string> = new Set();
  /** Changed since the live code was started, a failed attempt's files included. */
  readonly #pending = new Set<string>();
  /** Changed since a process began to import, which has not said yet what. */
  #unreported: Set<string> | undefined;
  /** The last start failed, so that any own module may be the one that repairs it. */
  #broken = false;

  /** Decides what changed files mean, and remembers those to restart for until code is live again. */
  change(changed: string[], { packages, workspace }: Place): Verdict {
    const isManifest = (path: string) =>
      basename(path) === 'package.json' && (packages.has(dirname(path)) || dirname(path) === workspace);
    // npm writes the record in node_modules at the end of an installation.
    const isInstalled = (path: string) =>
      path === join(workspace, 'node_modules', '.package-lock.json') ||
      (this.#thirdPartyFolders.has(dirname(path)) && isModule(path));
    const anyMatters = this.#broken || this.#own.size === 0;
    const isCode = (path: string) => this.#own.has(path) || (anyMatters && isModule(path));
    // The lockfile alone changes nothing that runs, but an installation is about to.
    const isLockfile = (path: string) => path === join(workspace, 'package-lock.json');

    const restartFor = changed.filter((path) => isManifest(path) || isInstalled(path) || isCode(path));
    for (const path of changed) this.#unreported?.add(path);
    for (const path of restartFor) this.#pending.add(path);
    return {
      restartFor,
      discardStandby: changed.some(
        (path) => isManifest(path) || isInstalled(path) || isLockfile(path) || this.#preloaded.has(path),
      ),
      packagesChanged: changed.some(isManifest),
    };
  }

  /** The files that the live code does not have yet as they are now. */
  get pending(): string[] {
    return [...this.#pending];
  }

  /** A process begins to import the service's own code. */
  begin(): void {
    this.#unreported = new Set();
  }

  /** The process that began to import is live. */
  succeed(): void {
    this.#broken = false;
    this.#pending.clear();
  }

  /** It is given up. Returns the files that changed while it was imported and were not known to matter then. */
  fail(): string[] {
    this.#broken = true;
    const missed = [...(this.#unreported ?? [])].filter(isModule);
    this.#unreported = undefined;
    for (const path of missed) this.#pending.add(path);
    return missed;
  }

  /** What a process has loaded that waits for its turn. */
  preload(modules: LoadedModules): void {
    this.#preloaded = new Set(modules.own);
  }

  /**
   * What the live process has loaded. Returns the files among it that changed while it was imported and were not known to
   * matter then: whether the process has the older or the newer content is unknown.
   */
  follow(modules: LoadedModules): string[] {
    const missed = modules.own.filter((path) => this.#unreported?.has(path) && !this.#own.has(path));
    this.#unreported = undefined;
    this.#own = new Set(modules.own);
    this.#thirdPartyFolders = new Set(modules.thirdPartyFolders);
    return missed;
  }
}
