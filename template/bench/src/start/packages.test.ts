import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { cachedFile, packagesOf } from './packages.ts';

const hashOf = (text: string) => `sha512-${Buffer.from(text.padEnd(64, '.')).toString('base64')}`;

it('adds up the size of each installed package once, and counts those of unknown size', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-packages-'));
  try {
    const packages = {
      'node_modules/a': { integrity: hashOf('a') },
      'node_modules/b/node_modules/a': { integrity: hashOf('a') },
      'node_modules/c': { integrity: hashOf('c') },
      'node_modules/ours': { link: true },
    };
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    const cached = cachedFile(folder, hashOf('a'));
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(cached, Buffer.alloc(2_500_000));
    expect(await packagesOf(folder, folder)).toEqual({ count: 2, megabytes: 2.5, unknown: 1 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
