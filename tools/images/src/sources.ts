import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

// sources.ts <locked folder> <context> <folder to write>: the workspace packages of a subset, and no other ones, so that
// an edit of anything else leaves the layers of this service as they are.
const [locked = '', context = '', out = ''] = process.argv.slice(2);
const { workspaces = [] } = readManifest(locked);

for (const folder of workspaces) {
  const [wanted, present] = [readManifest(locked, folder), readManifest(context, folder)];
  if (!isDeepStrictEqual(wanted.dependencies ?? {}, present.dependencies ?? {})) {
    console.error(`${folder}/package.json and package-lock.json disagree. Run npm install and commit both.`);
    process.exit(1);
  }
  cpSync(join(context, folder), join(out, folder), { recursive: true });
}

interface Manifest {
  workspaces?: string[];
  dependencies?: Record<string, string>;
}

function readManifest(...path: string[]): Manifest {
  return JSON.parse(readFileSync(join(...path, 'package.json'), 'utf8')) as Manifest;
}
