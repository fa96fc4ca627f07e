import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredStack, secretsNeeded } from '@evenkeel/stack';
import { afterAll, expect, it } from 'vitest';
import { filesOf, needed } from './container-files.ts';
import { ensureSecrets } from './secrets.ts';

const folder = await mkdtemp(join(tmpdir(), 'evenkeel-secrets-'));
afterAll(() => rm(folder, { recursive: true }));

it('needs what services.yaml says', async () => {
  expect(needed).toEqual(secretsNeeded(await declaredStack(join(import.meta.dirname, '..', '..', '..'))));
});

it('gives each container the files that it needs, and no others', async () => {
  const files = await filesOf(await ensureSecrets(folder, needed.clients));
  const names = [...files].map(([container, own]) => [container, [...own.keys()]]);
  const { redis = [], ...others } = needed.containers;
  expect(Object.fromEntries(names)).toEqual({ ...others, redis: [...redis, 'redis.conf'] });
  for (const own of files.values()) for (const value of own.values()) expect(value).not.toBe('');
});
