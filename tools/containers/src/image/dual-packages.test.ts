import { expect, it } from 'vitest';
import { unreachable, type InstalledPackage } from './dual-packages.ts';
import { referencesIn } from './imports.ts';

it('finds what a module names, minified or not', () => {
  const source = `import{a}from"./a.mjs";export*from './b.mjs';import "c";const d=await import('d');
    const e=require("e"), f = require.resolve('f'); nativeRequire("../g.cjs"); load('./h.cjs')`;
  const found = referencesIn(source).map(({ specifier, kind }) => `${kind} ${specifier}`);
  for (const expected of [
    'import ./a.mjs',
    'import ./b.mjs',
    'import c',
    'import d',
    'require e',
    'require f',
    'require ../g.cjs',
    'require ./h.cjs',
  ])
    expect(found).toContain(expected);
});

const files: Record<string, string> = {
  '/app.js': 'import "dual"',
  '/old.js': 'require("kept")',
  '/dual/index.mjs': 'export * from "./part.mjs"',
  '/dual/part.mjs': '',
  '/dual/index.cjs': 'require("./part.cjs")',
  '/dual/part.cjs': '',
  '/kept/index.mjs': '',
  '/kept/index.cjs': '',
};
const both = { '.': { require: './index.cjs', default: './index.mjs' } };
const packages: InstalledPackage[] = [
  { exports: undefined, files: ['/old.js'] },
  { exports: both, files: Object.keys(files).filter((file) => file.startsWith('/dual/')) },
  { exports: both, files: Object.keys(files).filter((file) => file.startsWith('/kept/')) },
];

function resolve(specifier: string, from: string, kind: 'import' | 'require'): string {
  if (specifier.startsWith('.')) return from.replace(/[^/]+$/, specifier.slice(2));
  return `/${specifier}/index.${kind === 'require' ? 'cjs' : 'mjs'}`;
}

it('names the half of a package that nothing imports', () => {
  const gone = unreachable(packages, ['/app.js'], (file) => files[file] ?? '', resolve);
  expect(gone.sort()).toEqual(['/dual/index.cjs', '/dual/part.cjs', '/kept/index.mjs']);
});
