import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { docker } from '../src/engine/docker.ts';
import { needsEngine } from './engine.ts';
import { root } from '../src/compose/copied-stack.ts';

needsEngine();
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-context-'));
afterAll(() => rmSync(folder, { recursive: true }));

const wanted = [
  'apps/web/migrations/1.sql',
  'apps/web/package.json',
  'apps/web/routes.yaml',
  'apps/web/src/main.ts',
  'apps/web/src/routes/users.ts',
  'apps/web/tsconfig.build.json',
  'libs/config/package.json',
  'libs/config/src/data/words.txt',
  'libs/config/src/index.ts',
  'libs/config/tsconfig.build.json',
  'package-lock.json',
  'package.json',
  'tools/hot-restart/package.json',
  'tools/hot-restart/src/main.ts',
  'tools/images/package.json',
  'tools/images/src/workspace.ts',
  'tools/secrets/package.json',
  'tools/secrets/src/main.ts',
  'tsconfig.base.json',
  'tsconfig.build.base.json',
];
const unwanted = [
  '.env',
  '.git/config',
  '.keel/secrets/signing_keys.json',
  '.npmrc',
  'README.md',
  'apps/web/dist/main.js',
  'apps/web/kustomization.yaml',
  'apps/web/node_modules/x/index.js',
  'apps/web/src/main.test.ts',
  'apps/web/src/node_modules/x.js',
  'apps/web/test/main.test.ts',
  'docker-compose.dev.yml',
  'libs/config/.types/check/index.d.ts',
  'libs/config/src/index.test.ts',
  'libs/config/src/testing.ts',
  'node_modules/zod/index.js',
  'template/containers/package.json',
  'template/containers/test/context.docker.test.ts',
  'tools/images/src/workspace.test.ts',
  'tools/keel/package.json',
  'tools/keel/src/main.ts',
];

it('lets in what an image is made from, and nothing else', async () => {
  for (const path of [...wanted, ...unwanted]) write(path, '');
  write('.dockerignore', readFileSync(join(root, '.dockerignore'), 'utf8'));
  expect(await contextOf(folder)).toEqual(wanted);
});

it('lets in nothing else of this clone', async () => {
  const context = await contextOf(root);
  expect(context.length).toBeGreaterThan(100);
  const patterns = wanted.map(
    (path) =>
      new RegExp(
        `^${path
          .replace(/(?<=^(apps|libs)\/)[^/]+/, '[^/]+')
          .replace(/\/(src|migrations)\/.*/, '/$1/.+')
          .replace(/[^/]+\.yaml$/, '[^/]+\\.yaml')}$`,
      ),
  );
  expect(context.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  expect(context.filter((path) => /\.test\.ts$|\/test\/|\/testing\.ts$|node_modules|\.env/.test(path))).toEqual([]);
});

/** The files that a build of this folder can copy. */
async function contextOf(context: string): Promise<string[]> {
  const out = mkdtempSync(join(tmpdir(), 'evenkeel-context-out-'));
  try {
    const args = ['build', '--quiet', '--output', `type=local,dest=${out}`, '--file', '-', context];
    await docker(args, { input: 'FROM scratch\nCOPY . /\n' });
    const found = globSync('**/*', { cwd: out, withFileTypes: true }).filter((entry) => entry.isFile());
    return found.map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1)).sort();
  } finally {
    rmSync(out, { recursive: true });
  }
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
