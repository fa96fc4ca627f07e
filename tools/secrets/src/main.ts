import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSecrets } from './secrets.ts';
import { filesOf, needed } from './container-files.ts';

// main.ts <folder>: makes the development secrets of Compose that are missing, all in <folder>/all, and gives each
// container a folder (a volume of its own) with the files that it needs and no others. Runs before every start; what
// is there stays, and a run that was interrupted is completed by the next.
const folder = process.argv[2] ?? '/secrets';
const secrets = await ensureSecrets(join(folder, 'all'), needed.clients);

for (const [container, files] of await filesOf(secrets)) {
  await mkdir(join(folder, container), { recursive: true });
  for (const [name, value] of files) {
    const path = join(folder, container, name);
    const unfinished = join(folder, container, `.${name}`);
    await writeFile(unfinished, `${value}\n`);
    // Its readers run as other users; only they have the volume.
    await chmod(unfinished, 0o444);
    await rename(unfinished, path);
  }
}
