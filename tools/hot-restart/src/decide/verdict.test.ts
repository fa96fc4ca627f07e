import { expect, it } from 'vitest';
import { isIgnored, isModule } from '../watch/source-names.ts';
import { judge, type Known } from './verdict.ts';

const known: Known = {
  own: new Set(['/w/apps/a/src/main.ts', '/w/apps/a/src/part.ts', '/w/libs/telemetry/src/register.ts']),
  preloaded: new Set(['/w/libs/telemetry/src/register.ts']),
  thirdPartyFolders: new Set(['/w/node_modules/express/lib']),
  packages: new Set(['/w/apps/a', '/w/libs/telemetry']),
  workspace: '/w',
  broken: false,
};

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
  const verdict = judge([path], known);
  expect(verdict.restartFor).toEqual(restart ? [path] : []);
  expect(verdict.discardStandby).toBe(discard);
});

it('takes any module for the one that repairs a start that failed', () => {
  const path = '/w/apps/a/src/other.ts';
  expect(judge([path, '/w/apps/a/notes.txt'], { ...known, broken: true }).restartFor).toEqual([path]);
});

it('reads the package graph again when a package.json has changed', () => {
  expect(judge(['/w/apps/a/package.json'], known).packagesChanged).toBe(true);
  expect(judge(['/w/apps/a/src/part.ts'], known).packagesChanged).toBe(false);
});

it('names what is never watched, and what can be imported', () => {
  expect(['node_modules', 'dist', '.git', '.text.ts.swp', 'text.ts~'].every(isIgnored)).toBe(true);
  expect(['src', 'text.ts', 'package.json', 'distance.ts'].some(isIgnored)).toBe(false);
  expect(['/a.ts', '/a.mts', '/a.cjs', '/a.json'].every(isModule)).toBe(true);
  expect(['/a.md', '/a.sql', '/a'].some(isModule)).toBe(false);
});
