import { expect, it } from 'vitest';
import { isIgnored, isModule } from './source-names.ts';

it('names what is never watched, and what can be imported', () => {
  expect(['node_modules', 'dist', '.git', '.text.ts.swp', 'text.ts~'].every(isIgnored)).toBe(true);
  expect(['src', 'text.ts', 'package.json', 'distance.ts'].some(isIgnored)).toBe(false);
  expect(['/a.ts', '/a.mts', '/a.cjs', '/a.json'].every(isModule)).toBe(true);
  expect(['/a.md', '/a.sql', '/a'].some(isModule)).toBe(false);
});
