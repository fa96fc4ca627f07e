import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeOutsideData } from './place.ts';

it("removes PostgreSQL's folder that the data links to, and no other folder that a link may name", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-place-'));
  try {
    const [outside, other] = [join(folder, 'evenkeel-0123456789ab'), join(folder, 'elsewhere')];
    for (const [name, target] of Object.entries({ outside, other })) {
      await mkdir(join(target, 'data'), { recursive: true });
      await symlink(join(target, 'data'), join(folder, name));
      await removeOutsideData(join(folder, name));
    }
    await removeOutsideData(join(folder, 'never-made'));
    expect([outside, other].map((path) => existsSync(path))).toEqual([false, true]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
