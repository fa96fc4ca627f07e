import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { checkPrograms, clusterPrograms } from './programs.ts';

const names = clusterPrograms.map(({ name }) => name);
let folder: string;
const folders: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keel-programs-'));
  folders.push(folder);
});
afterAll(() => folders.forEach((each) => rmSync(each, { recursive: true })));

function put(program: string, script: string): void {
  writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, program), 0o755);
}

it('passes with all programs', async () => {
  for (const program of names) put(program, 'exit 0');
  await checkPrograms({ PATH: folder });
});

it.each(clusterPrograms)('names $name if it is missing, and what brings it', async ({ name, fix }) => {
  for (const other of names.filter((each) => each !== name)) put(other, 'exit 0');
  await expect(checkPrograms({ PATH: folder })).rejects.toThrow(
    `A cluster cannot run here:\n${name} cannot be run\n  why: ENOENT\n  fix: ${fix}`,
  );
});

it('names all that do not work, and says why one fails', async () => {
  put('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
  const fails = checkPrograms({ PATH: folder });
  await expect(fails).rejects.toThrow('why: Cannot connect to the Docker daemon');
  await expect(fails).rejects.toThrow('kind cannot be run');
  for (const { fix } of clusterPrograms) await expect(fails).rejects.toThrow(`fix: ${fix}`);
});
