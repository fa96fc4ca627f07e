import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownPackages, packageFolder, workspaceFolder } from './packages.ts';

let root: string;
beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'packages-')))));
afterEach(() => rmSync(root, { recursive: true }));

function write(folder: string, dependencies: string[], field = 'dependencies'): void {
  mkdirSync(join(root, folder, 'src'), { recursive: true });
  const names = Object.fromEntries(dependencies.map((name) => [name, '*']));
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ [field]: names }));
}

it('follows workspace packages through their package.json files, and nothing that is installed', () => {
  write('apps/a', ['@x/b', 'express', 'missing']);
  write('libs/b', ['@x/c'], 'peerDependencies');
  write('libs/c', ['@x/b']);
  write('libs/unused', []);
  write('node_modules/express', ['@x/unused']);
  mkdirSync(join(root, 'node_modules/@x'));
  for (const name of ['b', 'c', 'unused']) symlinkSync(`../../libs/${name}`, join(root, 'node_modules/@x', name));
  expect(ownPackages(join(root, 'apps/a')).sort()).toEqual(
    ['apps/a', 'libs/b', 'libs/c'].map((name) => join(root, name)),
  );
});

it('goes on with a package.json that is half-written', () => {
  write('apps/a', []);
  writeFileSync(join(root, 'apps/a/package.json'), '{ "depend');
  expect(ownPackages(join(root, 'apps/a'))).toEqual([join(root, 'apps/a')]);
});

it('finds the package and the workspace of a file', () => {
  write('apps/a', []);
  writeFileSync(join(root, 'package-lock.json'), '{}');
  const entry = join(root, 'apps/a/src/main.ts');
  expect(packageFolder(entry)).toBe(join(root, 'apps/a'));
  expect(workspaceFolder(entry)).toBe(root);
});
