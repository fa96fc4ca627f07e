import { globSync, readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// warm.ts [module…]: loads modules without running a service, so that V8's compiled code of all they import is kept in
// NODE_COMPILE_CACHE. An image has it baked in: its file system is read-only, and each start would compile anew. Without
// modules: what the manifests of the workspace depend on, by `node --experimental-import-meta-resolve`.
const modules = process.argv.slice(2).map((path) => pathToFileURL(resolve(path)).href);
for (const url of modules) await import(url);
if (modules.length === 0) await loadDependencies();
flushCompileCache();
process.exit(0);

async function loadDependencies(): Promise<void> {
  for (const path of globSync('{apps,libs}/*/package.json')) {
    const { dependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: Record<string, string> };
    for (const name of Object.keys(dependencies)) {
      try {
        await import(import.meta.resolve(name, pathToFileURL(resolve(path))));
      } catch {
        continue; // A package of the workspace, which is not here yet, or one that has no main module.
      }
    }
  }
}
