import { stripTypeScriptTypes } from 'node:module';
import type { ModuleRequest } from '../messages.ts';
import type { PreloadParent } from './module-record.ts';

/** Whose imports the resolve hook takes for those of `parent`: same words, same conditions, same module instance. */
export const preloadParent: PreloadParent = { url: import.meta.url, parent: import.meta.url, loads: true };

/**
 * Imports the modules of others as the service's own code will, and resolves its own, which fills Node's caches of paths
 * and package.json files. What fails here will fail there, with a better message.
 */
export async function preload(modules: ModuleRequest[]): Promise<void> {
  for (const { specifier, parent, own } of modules) {
    Object.assign(preloadParent, { parent, loads: !own });
    try {
      if (own) import.meta.resolve(specifier);
      else await import(specifier);
    } catch {
      continue;
    }
  }
}

/** As `node --import` would, from the working directory. */
export async function importFirst(specifier: string, cwd: string): Promise<void> {
  Object.assign(preloadParent, { parent: cwd, loads: true });
  await import(specifier);
}

/**
 * Loads Node's own stripper of types, some 30 ms and 11 MB: a module that has changed needs it, while the others come
 * from the compile cache.
 */
export function loadTypeStripper(): void {
  const { emitWarning } = process;
  // That this function is experimental does not concern the service, which will not call it.
  process.emitWarning = () => undefined;
  stripTypeScriptTypes('');
  process.emitWarning = emitWarning;
}
