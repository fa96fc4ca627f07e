import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version in the package.json above `folder`, which is `src` or `dist` of a service (`import.meta.dirname`). */
export function packageVersion(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as { version: string };
  return version;
}
