import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadedModules, ModuleRequest } from '../messages.ts';

/** What has been resolved in this process, seen from the service's own code. */
export class ModuleRecord {
  readonly #own = new Set<string>();
  readonly #thirdParty = new Map<string, ModuleRequest>();
  readonly #folders = new Set<string>();
  #unreported = false;

  /** A module of this URL is loaded here, whoever asked for it. */
  addLoaded(url: string): void {
    if (!url.startsWith('file:')) return;
    const path = fileURLToPath(url);
    if (isThirdParty(url)) this.#remember(this.#folders, dirname(path));
    else this.#remember(this.#own, path);
  }

  /** The service's own code, or a module of somebody else, imports this. */
  addImport(request: ModuleRequest, url: string): void {
    this.addLoaded(url);
    // Node's own modules are loaded when they are first asked for, too.
    if ((!isThirdParty(url) && !url.startsWith('node:')) || isThirdParty(request.parent)) return;
    const key = `${request.specifier} ${url}`;
    if (this.#thirdParty.has(key)) return;
    this.#thirdParty.set(key, request);
    this.#unreported = true;
  }

  /** A file that was looked for counts as loaded: that it appears is a change. */
  addMissing(request: ModuleRequest): void {
    if (!request.specifier.startsWith('.') || isThirdParty(request.parent)) return;
    this.#remember(this.#own, fileURLToPath(new URL(request.specifier, request.parent)));
  }

  /** All of it when there is something new since the last call, else undefined. */
  report(): LoadedModules | undefined {
    if (!this.#unreported) return undefined;
    this.#unreported = false;
    return {
      own: [...this.#own],
      thirdParty: [...this.#thirdParty.values()],
      thirdPartyFolders: [...this.#folders],
    };
  }

  #remember(set: Set<string>, path: string): void {
    if (set.has(path)) return;
    set.add(path);
    this.#unreported = true;
  }
}

export function isThirdParty(url: string): boolean {
  return url.includes('/node_modules/');
}

/** Lets the preloading module import on behalf of the module that will import the same later. */
export interface PreloadParent {
  url: string;
  parent: string;
}

/** Feeds the record from every import and require of this process from now on. */
export function recordModules(record: ModuleRecord, preloader: PreloadParent): void {
  registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL ?? '';
      if (parent === preloader.url) {
        const preloaded = next(specifier, { ...context, parentURL: preloader.parent });
        record.addLoaded(preloaded.url);
        return preloaded;
      }
      try {
        const result = next(specifier, context);
        record.addImport({ specifier, parent }, result.url);
        return result;
      } catch (error) {
        if (parent !== '') record.addMissing({ specifier, parent });
        throw error;
      }
    },
  });
}
