import type { LoadedModules } from '../messages.ts';
import { isModule } from '../watch/source-names.ts';
import { judge, type Known, type Verdict } from './verdict.ts';

/** What the processes of a service have loaded, and what has changed since: knows which changes matter. */
export class LoadedCode {
  #live: LoadedModules = { own: [], imports: [], thirdPartyFolders: [] };
  #preloaded: ReadonlySet<string> = new Set();
  /** Changed since the live code was started, a failed attempt's files included. */
  readonly #pending = new Set<string>();
  /** Changed since a process began to import, which has not said yet what. */
  #unreported: Set<string> | undefined;
  #broken = false;

  /** Decides what changed files mean, and remembers those to restart for until code is live again. */
  change(changed: string[], where: Pick<Known, 'packages' | 'workspace'>): Verdict {
    const verdict = judge(changed, {
      packages: where.packages,
      workspace: where.workspace,
      own: new Set(this.#live.own),
      preloaded: this.#preloaded,
      thirdPartyFolders: new Set(this.#live.thirdPartyFolders),
      broken: this.#broken || this.#live.own.length === 0,
    });
    for (const path of changed) this.#unreported?.add(path);
    for (const path of verdict.restartFor) this.#pending.add(path);
    return verdict;
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

  /**
   * It is given up: any own module may be the one that repairs it. Returns those that changed while it was imported and
   * were not known to matter then.
   */
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
    const missed = modules.own.filter((path) => this.#unreported?.has(path) && !this.#live.own.includes(path));
    this.#unreported = undefined;
    this.#live = modules;
    return missed;
  }
}
