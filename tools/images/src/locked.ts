import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LockedPackages } from './lockfile.ts';
import { subset } from './subset.ts';

// locked.ts <package-lock.json> <folder to write> <root…>: the workspace that has only what these roots need.
const [lockfile = '', out = '', ...roots] = process.argv.slice(2);
const { packages } = JSON.parse(readFileSync(lockfile, 'utf8')) as { packages: LockedPackages };
for (const [path, content] of subset(packages, roots)) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), `${JSON.stringify(content, undefined, 2)}\n`);
}
