import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatMistakes, isKnownGood, noteKnownGood } from './check-configuration.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keel-good-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const services = (env: NodeJS.ProcessEnv = {}) => [
  {
    name: 'a',
    configFile: join(folder, 'config.ts'),
    env: { ENV_FILE: join(folder, '.env'), SECRET_FILE: join(folder, 'secret'), SHLVL: '1', ...env },
  },
];

it('remembers what was right, until something that counts changes', async () => {
  expect(await isKnownGood(folder, services())).toBe(false);
  await noteKnownGood(folder, services());
  expect(await isKnownGood(folder, services())).toBe(true);
  expect(await isKnownGood(folder, services({ PORT: '1' }))).toBe(false);
  expect(await isKnownGood(folder, [])).toBe(false);
});

it.each(['config.ts', '.env', 'secret'])('looks again when %s changes', async (file) => {
  await noteKnownGood(folder, services());
  await writeFile(join(folder, file), 'changed');
  expect(await isKnownGood(folder, services())).toBe(false);
});

it('never remembers a mounted folder', async () => {
  await noteKnownGood(folder, services({ CONFIG_DIR: folder }));
  expect(await isKnownGood(folder, services({ CONFIG_DIR: folder }))).toBe(false);
});

it('tells each mistake once, where it stands and whom it concerns', () => {
  const loud = { origin: '/clone/.env:3', variable: 'LOG_LEVEL', message: 'expected one of …' };
  const lines = formatMistakes(
    [
      { service: 'a', ...loud },
      { service: 'b', ...loud },
      { service: 'b', origin: '', variable: 'X', message: 'is missing' },
      { service: 'b', origin: '/clone/secrets/y', variable: 'Y', message: 'is too short' },
    ],
    '/clone',
  );
  expect(lines.split('\n')).toEqual([
    '  .env:3: LOG_LEVEL: expected one of …  (a, b)',
    '  environment: X: is missing  (b)',
    '  secrets/y: Y: is too short  (b)',
  ]);
});
