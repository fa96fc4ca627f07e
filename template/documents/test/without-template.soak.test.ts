import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedClone } from '@evenkeel/clone';
import { run } from '@evenkeel/containers';
import { openPlace, ROOT, startProgram } from '@evenkeel/keel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MINUTE = 60_000;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-without-template-')));
const inCopyWith = (env: NodeJS.ProcessEnv, program: string, ...args: string[]) =>
  run(program, args, { cwd: folder, env, timeoutMs: 10 * MINUTE });
const inCopy = (program: string, ...args: string[]) => inCopyWith({ ...process.env, NO_COLOR: '1' }, program, ...args);

beforeAll(async () => {
  // As root, PostgreSQL runs as another user, who must be able to enter the folder.
  chmodSync(folder, 0o755);
  await installedClone(ROOT, folder);
  rmSync(join(folder, 'template'), { recursive: true });
  await inCopy('npm', 'install', '--offline');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('npm install removes it from the lockfile', () => {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
  expect(Object.keys(packages).filter((path) => path.startsWith('template/'))).toEqual([]);
  expect(existsSync(join(folder, 'node_modules', '@evenkeel', 'containers'))).toBe(false);
});

it('./keel --help lists all commands except bench, and installs nothing', async () => {
  const commandsIn = (help: string) => [...help.matchAll(/^ {2}(\w+) .*? {2}\w/gm)].map(([, name]) => name);
  const { stdout, stderr } = await inCopy('./keel', '--help');
  expect(stderr).toBe('');
  const original = await inCopy(join(ROOT, 'keel'), '--help');
  expect(commandsIn(original.stdout)).toContain('bench');
  expect(commandsIn(stdout)).toEqual(commandsIn(original.stdout).filter((name) => name !== 'bench'));
});

it('npm run check passes', { timeout: 11 * MINUTE }, () => inCopy('npm', 'run', 'check'));

it('npm start runs a stack that passes the acceptance suite', { timeout: 5 * MINUTE }, async () => {
  await using place = await openPlace();
  await using up = startProgram('npm', ['--prefix', folder, 'start'], { env: place.env });
  // npm does not forward SIGTERM.
  await using _down = { [Symbol.asyncDispose]: () => inCopyWith(place.env, './keel', 'down').then(() => undefined) };
  await up.untilPrinted(/All ready in/);
  const args = ['run', 'acceptance', '--', '--base-url', `http://127.0.0.1:${place.portOf('api-gateway')}`];
  const { stdout } = await inCopyWith(place.env, 'npm', ...args);
  expect(stdout).toMatch(/[1-9]\d* passed, 0 failed/);
});
