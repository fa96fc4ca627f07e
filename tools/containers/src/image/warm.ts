import { flushCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// warm.ts <module…>: loads modules without running a service, so that V8's compiled code of all they import is kept in
// NODE_COMPILE_CACHE. An image has it baked in: its file system is read-only, and each start would compile anew.
for (const path of process.argv.slice(2)) await import(pathToFileURL(resolve(path)).href);
flushCompileCache();
process.exit(0);
