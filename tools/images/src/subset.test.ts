import { expect, it } from 'vitest';
import type { LockedPackages } from './lockfile.ts';
import { subset } from './subset.ts';

const locked = (version: string, more: object = {}) => ({ version, integrity: `sha-${version}`, ...more });

/** Two services with a lib in common; `x` has two versions, and the root's tools got the place at the top. */
const packages: LockedPackages = {
  '': { name: 'root', devDependencies: { tool: '1.0.0' } },
  'apps/web': {
    name: '@e/web',
    version: '0.1.0',
    dependencies: { '@e/lib': '*', http: '1.0.0' },
    devDependencies: { mock: '1.0.0' },
  },
  'apps/worker': { name: '@e/worker', version: '0.1.0', dependencies: { '@e/lib': '*' } },
  'libs/lib': { name: '@e/lib', version: '0.1.0', dependencies: { x: '2.0.0' }, scripts: { test: 'a' } },
  'libs/lib/node_modules/x': locked('2.0.0'),
  'node_modules/@e/lib': { resolved: 'libs/lib', link: true },
  'node_modules/@e/web': { resolved: 'apps/web', link: true },
  'node_modules/@e/worker': { resolved: 'apps/worker', link: true },
  'node_modules/http': locked('1.0.0', {
    optionalDependencies: { 'http-linux': '1.0.0' },
    peerDependencies: { 'http-types': '1' },
    peerDependenciesMeta: { 'http-types': { optional: true } },
  }),
  'node_modules/http-linux': locked('1.0.0', { optional: true, os: ['linux'] }),
  'node_modules/http-types': locked('1.0.0', { dev: true }),
  'node_modules/mock': locked('1.0.0', { dev: true }),
  'node_modules/tool': locked('1.0.0', { dev: true, dependencies: { x: '1.0.0' } }),
  'node_modules/x': locked('1.0.0', { dev: true }),
};

function lockOf(roots: string[], from = packages): Record<string, { optional?: boolean; version?: string }> {
  return (subset(from, roots).get('package-lock.json') as { packages: Record<string, object> }).packages;
}

it('has what a service needs to run and nothing else', () => {
  expect(Object.keys(lockOf(['apps/web']))).toEqual([
    '',
    'apps/web',
    'libs/lib',
    'node_modules/@e/lib',
    'node_modules/@e/web',
    'node_modules/http',
    'node_modules/http-linux',
    'node_modules/x',
  ]);
  expect([...subset(packages, ['apps/web']).keys()]).toEqual([
    'package.json',
    'package-lock.json',
    'apps/web/package.json',
    'libs/lib/package.json',
  ]);
});

it('knows anew what is optional', () => {
  expect(lockOf(['apps/web'])['node_modules/http-linux']?.optional).toBe(true);
  expect(lockOf(['apps/web'])['node_modules/x']?.optional).toBeUndefined();
});

it('moves up what was nested because of packages that are not in it', () => {
  expect(lockOf(['apps/worker'])['node_modules/x']?.version).toBe('2.0.0');
});

it('moves down what stands in the way, so that folders of workspace packages hold only sources', () => {
  const both = { ...packages, 'apps/web': { ...packages['apps/web'], dependencies: { '@e/lib': '*', tool: '1.0.0' } } };
  const lock = lockOf(['apps/web'], both);
  expect(lock['node_modules/x']?.version).toBe('2.0.0');
  expect(lock['node_modules/tool/node_modules/x']?.version).toBe('1.0.0');
  expect(Object.keys(lock).filter((path) => /^(apps|libs)\/.*node_modules/.test(path))).toEqual([]);
});

it('stays as it is when another service gains a dependency, and when a lib gets a new version or script', () => {
  const before = JSON.stringify([...subset(packages, ['apps/worker'])]);
  const changed: LockedPackages = {
    ...packages,
    'apps/web': { ...packages['apps/web'], dependencies: { ...packages['apps/web']?.dependencies, extra: '1.0.0' } },
    'libs/lib': { ...packages['libs/lib'], version: '0.2.0', scripts: { test: 'b' } },
    'node_modules/extra': locked('1.0.0'),
  };
  expect(JSON.stringify([...subset(changed, ['apps/worker'])])).toBe(before);
  expect(Object.keys(lockOf(['apps/web'], changed))).toContain('node_modules/extra');
});

it('takes a dependency of the root by its name', () => {
  const files = subset(packages, ['tool']);
  expect(files.get('package.json')).toEqual({ name: 'evenkeel', private: true, dependencies: { tool: '1.0.0' } });
  expect(Object.keys(lockOf(['tool']))).toEqual(['', 'node_modules/tool', 'node_modules/x']);
});

it('says what is wrong with a lockfile that lacks something', () => {
  const { 'node_modules/http': gone, ...rest } = packages;
  expect(gone).toBeDefined();
  expect(() => subset(rest, ['apps/web'])).toThrow(
    'package-lock.json lacks http, which apps/web needs. Run npm install',
  );
  expect(() => subset(packages, ['apps/none'])).toThrow('package-lock.json has no');
});
