import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rotationSteps, type RotationStep } from './rotate.ts';
import { ensureSecrets } from './secrets.ts';
import { filesOf, needed } from './container-files.ts';

// main.ts <folder> [publish|activate]: makes the development secrets of Compose that are missing, all in <folder>/all, and
// gives each container a folder (a volume of its own) with the files that it needs and no others. Runs before every start;
// what is there stays, and a run that was interrupted is completed by the next. With the name of a step, it carries out
// that step of a rotation first, and prints what `./keel keys rotate` wants to know of it.
const [folder = '/secrets', step] = process.argv.slice(2);
const all = join(folder, 'all');
const outcome =
  step === undefined ? undefined : await rotationSteps[step as RotationStep](all, needed.clients, Date.now());
const secrets = await ensureSecrets(all, needed.clients);

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
if (outcome !== undefined) console.log(JSON.stringify(outcome));
