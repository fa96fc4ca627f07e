import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openWorkspace } from '../workspace.ts';
import { stackChecks } from './stack-checks.ts';

it.runIf(existsSync('/etc/debian_version'))(
  'says that Redis would be fetched, and fetches it to repair only',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'keel-doctor-'));
    onTestFinished(() => rm(root, { recursive: true }));
    await copyFile(join(import.meta.dirname, '../../../../services.yaml'), join(root, 'services.yaml'));
    const bin = join(root, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'apt-get'), '#!/bin/sh\n[ "$1" = --version ]\n', { mode: 0o755 });
    const check = stackChecks(openWorkspace(root, { PATH: bin })).find(({ name }) => name === 'Redis');
    const finding = await check?.examine();
    expect(finding).toMatchObject({ state: 'poor', detail: expect.stringMatching(/\.\/keel up will fetch/) });
    expect(await readdir(root)).toEqual(['bin', 'services.yaml']);
    await expect(finding?.repair?.()).rejects.toThrow(/package could not be fetched/);
  },
);

it('names the port of Compose that no browser opens', async () => {
  const root = await mkdtemp(join(tmpdir(), 'keel-doctor-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const ports = (n: number) => `{ port: ${n}, admin_port: ${n + 1000}, debug_port: ${n + 1200} }`;
  await writeFile(join(root, 'services.yaml'), `services:\n  web: ${ports(8080)}\n  web-shop: ${ports(8082)}\n`);
  await writeFile(join(root, '.env'), 'WEB_PORT=10080\nWEB_SHOP_DEBUG_PORT=9331\n');
  const examine = (env: NodeJS.ProcessEnv) =>
    stackChecks(openWorkspace(root, env))
      .find(({ name }) => name === 'ports of Compose')
      ?.examine();
  expect(await examine({})).toMatchObject({
    state: 'poor',
    detail: expect.stringMatching(/^WEB_PORT=10080: /),
  });
  expect(await examine({ WEB_PORT: '8180' })).toMatchObject({ state: 'good' });
});
