import { chown, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { findRedisProgram } from '@evenkeel/local-stores';
import { expect, it } from 'vitest';
import {
  entry,
  onPostgres,
  openPlace,
  ROOT,
  services,
  startProgram,
  type KeelProcess,
  type Place,
} from './keel-process.ts';

const MINUTE = 60_000;

/** The variable that tells the others where a service is. */
const urlOf = (service: string) => `${service.toUpperCase().replaceAll('-', '_')}_URL`;

/** What shells, hooks, editors and other programs leave in an environment, each of which has kept the stack from running. */
const HOSTILE: NodeJS.ProcessEnv = {
  ...{ LANG: 'xx_XX.UTF-8', LC_ALL: 'xx_XX.UTF-8', LC_TIME: 'de_DE', LANGUAGE: 'de', TZ: 'Pacific/Chatham' },
  ...{ NODE_ENV: 'production', NODE_PATH: '/nowhere', NODE_USE_ENV_PROXY: '1' },
  NODE_OPTIONS: '--require ./nowhere.cjs --inspect-brk=127.0.0.1:9229 --max-old-space-size=8',
  ...{ HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' },
  ...{ http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', no_proxy: 'example.com' },
  ...{ npm_config_omit: 'dev', npm_config_production: 'true', npm_config_global: 'true', npm_config_dry_run: 'true' },
  ...{ npm_config_prefix: '/nowhere', npm_config_node_options: '--require ./nowhere.cjs' },
  ...{
    PGHOST: '192.0.2.1',
    PGPORT: '1',
    PGUSER: 'nobody',
    PGPASSWORD: 'wrong',
    PGDATABASE: 'none',
    PGDATA: '/nowhere',
  },
  ...{ PGSSLMODE: 'verify-full', PGOPTIONS: '-c nonsense=1', PGSERVICE: 'none', PGCLIENTENCODING: 'LATIN1' },
  ...{ REDIS_URL: 'redis://192.0.2.1:1', REDIS_PASSWORD: 'wrong', REDISCLI_AUTH: 'wrong' },
  ...{ DATABASE_URL: 'postgres://192.0.2.1/none', DATABASE_PASSWORD: 'wrong', [urlOf(onPostgres)]: 'http://192.0.2.1' },
  ...{ PORT: '1', ADMIN_PORT: '1', HOST: hostname(), GIT_DIR: '/nowhere', BASH_ENV: '/nowhere', CDPATH: '/' },
  ...{ LD_LIBRARY_PATH: '/nowhere', TMPDIR: `/nowhere/${'x'.repeat(124)}` },
};

/** As Redis 8, it tells its version in any locale, and does not start in one that is not installed. */
async function redisThatMindsLocales({ stateDir }: Place): Promise<string> {
  const toolsDir = join(ROOT, '.keel', 'tools');
  const { kind, command, env } = await findRedisProgram({ env: process.env, toolsDir, image: 'redis:8' });
  const bin = join(stateDir, 'bin');
  await mkdir(bin);
  if (kind !== 'native') return bin;
  const script = `[ "$1" = --version ] || case "$LC_ALL$LC_COLLATE$LANG" in xx*) echo "Failed to configure LOCALE for invalid locale name." >&2; exit 1 ;; esac
LD_LIBRARY_PATH='${env['LD_LIBRARY_PATH'] ?? ''}' PATH='${env['PATH']}' exec ${command} "$@"`;
  await writeFile(join(bin, 'redis-server'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return bin;
}

/** Starts `./keel` in a hostile environment. */
async function launcher(place: Place, umask: string) {
  const bin = await redisThatMindsLocales(place);
  const env = { ...place.env, ...HOSTILE, PATH: `${bin}:${place.env['PATH']}` };
  return (...args: string[]) =>
    startProgram('/bin/sh', ['-c', `umask ${umask} && exec "$0" "$@"`, join(ROOT, 'keel'), ...args], { env });
}

it(
  'starts, restarts and stops the stack in a hostile environment, with umask 077',
  { timeout: 4 * MINUTE },
  async () => {
    await using place = await openPlace();
    const launch = await launcher(place, '077');
    await using up = launch('up');
    await up.untilPrinted(/All ready in/);
    expect((await fetch(`http://127.0.0.1:${place.portOf(entry)}`)).status).toBeLessThan(500);
    for (const { name, adminPort } of services)
      expect([name, (await fetch(`http://127.0.0.1:${adminPort + place.offset}/healthz`)).status]).toEqual([name, 200]);

    expect(await outcome(launch('restart', onPostgres))).toMatchObject({
      code: 0,
      output: expect.stringContaining(`${onPostgres} is ready`),
    });
    expect(await outcome(launch('down'))).toMatchObject({ code: 0, output: expect.stringContaining('Stopped') });
    expect(await up.ended).toBe(0);
  },
);

it('starts the stack with umask 000', { timeout: 2 * MINUTE }, async () => {
  await using place = await openPlace();
  const launch = await launcher(place, '000');
  await using up = launch('up', '--plain');
  await up.untilPrinted(/All ready in/);
});

it('runs tests in a hostile environment', { timeout: 2 * MINUTE }, async () => {
  await using place = await openPlace();
  const keel = startProgram(join(ROOT, 'keel'), ['test', 'libs/contracts/src'], { env: { ...place.env, ...HOSTILE } });
  expect(await outcome(keel)).toMatchObject({ code: 0, output: expect.stringMatching(/\d+ passed, 0 failed/) });
});

it.runIf(process.getuid?.() === 0)(
  'says of a user without an entry in passwd what it is, and advises to lose no data',
  { timeout: 2 * MINUTE },
  async () => {
    await using place = await openPlace();
    const stranger = { uid: 123_456, gid: 123_456 };
    await chown(place.stateDir, stranger.uid, stranger.gid);
    const main = join(ROOT, 'tools/keel/src/main.ts');
    for (const command of ['doctor', 'up']) {
      await using keel = startProgram(process.execPath, [main, command], { env: place.env, ...stranger });
      const { code, output } = await outcome(keel);
      expect(code).toBe(1);
      expect(output).toMatch(/id 123456 has no entry in \/etc\/passwd[^]*fix: run as a user of this system/);
      expect(output).not.toMatch(/damaged|\bmv\b/);
    }
  },
);

async function outcome(keel: KeelProcess): Promise<{ code: unknown; output: string }> {
  const code = await keel.ended;
  return { code, output: keel.output() };
}
