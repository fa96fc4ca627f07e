import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadedModules, ModuleRequest } from '../messages.ts';

/** What has been resolved in this process, seen from the service's own code. */
export class ModuleRecord {
  readonly #own = new Set<string>();
  readonly #imports = new Map<string, ModuleRequest>();
  readonly #folders = new Set<string>();
  #unreported = false;

  /** A module of this URL is loaded here, whichever module imports it. */
  addLoaded(url: string): void {
    if (!url.startsWith('file:')) return;
    const path = fileURLToPath(url);
    if (isThirdParty(url)) this.#remember(this.#folders, dirname(path));
    else this.#remember(this.#own, path);
  }

  /** The service's own code, or a third-party module, imports this. */
  addImport(specifier: string, parent: string, url: string): void {
    this.addLoaded(url);
    const key = `${specifier} ${parent}`;
    if (!parent.startsWith('file:') || isThirdParty(parent) || this.#imports.has(key)) return;
    this.#imports.set(key, { specifier, parent, own: url.startsWith('file:') && !isThirdParty(url) });
    this.#unreported = true;
  }

  /** A file that was looked for counts as loaded: that it appears is a change. */
  addMissing(specifier: string, parent: string): void {
    if (!specifier.startsWith('.') || isThirdParty(parent)) return;
    this.#remember(this.#own, fileURLToPath(new URL(specifier, parent)));
  }

  /** All of it when there is something new since the last call, else undefined. */
  report(): LoadedModules | undefined {
    if (!this.#unreported) return undefined;
    this.#unreported = false;
    return {
      own: [...this.#own],
      imports: [...this.#imports.values()],
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
  /** Whether it imports what it names, or only resolves it. */
  loads: boolean;
}

/** Feeds the record from every import and require of this process from now on. */
export function recordModules(record: ModuleRecord, preloader: PreloadParent): void {
  registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL ?? '';
      if (parent === preloader.url) {
        const preloaded = next(specifier, { ...context, parentURL: preloader.parent });
        if (preloader.loads) record.addLoaded(preloaded.url);
        return preloaded;
      }
      try {
        const result = next(specifier, context);
        record.addImport(specifier, parent, result.url);
        return result;
      } catch (error) {
        if (parent !== '') record.addMissing(specifier, parent);
        throw error;
      }
    },
  });
}
