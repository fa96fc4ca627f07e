/** Loaded before each test file when coverage is measured. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';

// A process that is killed while it writes what it has measured leaves half a file, over which Vitest would stumble.
afterAll(async () => {
  const folder = process.env['NODE_V8_COVERAGE'] ?? '';
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    await readFile(file, 'utf8')
      .then((text) => void JSON.parse(text))
      .catch(() => rm(file, { force: true }));
  }
});
