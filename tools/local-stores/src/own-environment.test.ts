import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { settleEnvironment } from './own-environment.ts';

function settled(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  settleEnvironment(env);
  return env;
}

it('drops what the shell has for other programs, and keeps the rest', () => {
  const ours = { PATH: '/bin', LANG: 'en_US.UTF-8', LOG_LEVEL: 'debug', SERVICE_NODE_OPTIONS: '--stack-size=900' };
  const foreign = { NODE_OPTIONS: '--inspect', NODE_ENV: 'production', PGSSLMODE: 'require', PGOPTIONS: '-c x=y' };
  const ofHooks = { GIT_DIR: '/elsewhere/.git', GIT_INDEX_FILE: 'index', BASH_ENV: '/rc', CDPATH: '/' };
  const identity = { GIT_AUTHOR_NAME: 'Ada', GIT_SSH_COMMAND: 'ssh -i key' };
  expect(settled({ ...ours, ...foreign, ...ofHooks, ...identity })).toEqual({ ...ours, ...identity });
});

it('drops a folder for temporary files that cannot be used, or is too long for a socket', async () => {
  const folder = await mkdtemp('/tmp/keel-');
  onTestFinished(() => rm(folder, { recursive: true }));
  const long = join(folder, 'x'.repeat(100));
  await mkdir(long);
  expect(settled({ TMPDIR: folder })).toEqual({ TMPDIR: folder });
  for (const unusable of [long, join(folder, 'missing'), '/etc/hosts', 'relative', '']) {
    expect(settled({ TMPDIR: unusable, TMP: unusable, TEMP: unusable }), unusable).toEqual({});
  }
});

it("keeps what it asks of this machine from a proxy, and adds to the user's exceptions", () => {
  expect(settled({ https_proxy: 'http://proxy:3128', NO_PROXY: '.corp' })).toEqual({
    https_proxy: 'http://proxy:3128',
    NO_PROXY: '.corp,127.0.0.1,localhost,::1',
    no_proxy: '127.0.0.1,localhost,::1',
  });
});

it('changes nothing a second time, nor what excepts all from a proxy', () => {
  const once = settled({ http_proxy: 'http://proxy:3128', NO_PROXY: '*' });
  expect(once['NO_PROXY']).toBe('*');
  expect(settled({ ...once })).toEqual(once);
});

it("takes the machine's name in HOST, as tcsh exports it, for no address to listen on", () => {
  expect(settled({ HOST: hostname() })).toEqual({});
  expect(settled({ HOST: '0.0.0.0' })).toEqual({ HOST: '0.0.0.0' });
});
