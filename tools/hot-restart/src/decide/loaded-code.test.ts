import { expect, it } from 'vitest';
import { LoadedCode, type Verdict } from './loaded-code.ts';

const where = { workspace: '/w', packages: new Set(['/w/apps/a']) };

function loaded(...own: string[]) {
  return { own, imports: [], thirdPartyFolders: ['/w/node_modules/express'] };
}

function live(...own: string[]): LoadedCode {
  const code = new LoadedCode();
  code.begin();
  code.succeed();
  code.follow(loaded(...own));
  return code;
}

it('takes any module for a change until it knows what is loaded, and after a failed start', () => {
  const code = new LoadedCode();
  expect(code.change(['/w/a.ts'], where).restartFor).toEqual(['/w/a.ts']);
  code.follow(loaded('/w/main.ts'));
  expect(code.change(['/w/a.ts', '/w/main.ts'], where).restartFor).toEqual(['/w/main.ts']);
  code.fail();
  expect(code.change(['/w/a.ts', '/w/notes.txt'], where).restartFor).toEqual(['/w/a.ts']);
  code.succeed();
  expect(code.change(['/w/a.ts'], where).restartFor).toEqual([]);
});

it('keeps what a failed start changed until code is live', () => {
  const code = live('/w/main.ts', '/w/part.ts');
  code.change(['/w/main.ts'], where);
  code.fail();
  code.change(['/w/part.ts', '/w/main.ts'], where);
  expect(code.pending).toEqual(['/w/main.ts', '/w/part.ts']);
  code.succeed();
  expect(code.pending).toEqual([]);
});

it('tells what changed while it was imported for the first time', () => {
  const code = live('/w/main.ts');
  code.begin();
  expect(code.change(['/w/new.ts', '/w/main.ts', '/w/other.ts'], where).restartFor).toEqual(['/w/main.ts']);
  expect(code.follow(loaded('/w/main.ts', '/w/new.ts'))).toEqual(['/w/new.ts']);
  expect(code.follow(loaded('/w/main.ts', '/w/new.ts', '/w/other.ts'))).toEqual([]);
});

it('tells what changed while it was imported in vain', () => {
  const code = live('/w/main.ts');
  code.begin();
  expect(code.change(['/w/part.ts', '/w/notes.md'], where).restartFor).toEqual([]);
  expect(code.fail()).toEqual(['/w/part.ts']);
  expect(code.pending).toEqual(['/w/part.ts']);
  code.begin();
  expect(code.fail()).toEqual([]);
});

it('knows that a standby is out of date when a module changes that it has loaded', () => {
  const code = live('/w/main.ts');
  expect(code.change(['/w/telemetry.ts'], where).discardStandby).toBe(false);
  code.preload(loaded('/w/telemetry.ts'));
  expect(code.change(['/w/telemetry.ts'], where).discardStandby).toBe(true);
  expect(code.change(['/w/node_modules/express/index.js'], where).discardStandby).toBe(true);
});

const REGISTER = '/w/libs/telemetry/src/register.ts';

function judge(path: string): Verdict {
  const code = new LoadedCode();
  const thirdPartyFolders = ['/w/node_modules/express/lib'];
  code.preload({ own: [REGISTER], imports: [], thirdPartyFolders });
  code.follow({ own: ['/w/apps/a/src/main.ts', '/w/apps/a/src/part.ts', REGISTER], imports: [], thirdPartyFolders });
  return code.change([path], { ...where, packages: new Set(['/w/apps/a', '/w/libs/telemetry']) });
}

it.each([
  ['a loaded file', '/w/apps/a/src/part.ts', { restart: true, discard: false }],
  ['a file that nobody loaded', '/w/apps/a/src/other.ts', { restart: false, discard: false }],
  [
    'a loaded file that a standby has loaded too',
    '/w/libs/telemetry/src/register.ts',
    { restart: true, discard: true },
  ],
  ['a package.json of the service or its libs', '/w/apps/a/package.json', { restart: true, discard: true }],
  ['a package.json of the workspace', '/w/package.json', { restart: true, discard: true }],
  ['a package.json of another package', '/w/apps/b/package.json', { restart: false, discard: false }],
  ['the lockfile', '/w/package-lock.json', { restart: false, discard: true }],
  ['the end of an installation', '/w/node_modules/.package-lock.json', { restart: true, discard: true }],
  ['a loaded third-party folder', '/w/node_modules/express/lib/response.js', { restart: true, discard: true }],
  ['another third-party folder', '/w/node_modules/other/index.js', { restart: false, discard: false }],
])('%s', (_, path, { restart, discard }) => {
  const verdict = judge(path);
  expect(verdict.restartFor).toEqual(restart ? [path] : []);
  expect(verdict.discardStandby).toBe(discard);
});

it('reads the package graph again when a package.json has changed', () => {
  expect(judge('/w/apps/a/package.json').packagesChanged).toBe(true);
  expect(judge('/w/apps/a/src/part.ts').packagesChanged).toBe(false);
});
