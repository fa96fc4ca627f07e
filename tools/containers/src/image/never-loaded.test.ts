import { expect, it } from 'vitest';
import { isNeverLoaded } from './never-loaded.ts';

it.each([
  ['zod', 'index.d.ts'],
  ['zod', 'src/index.ts'],
  ['zod', 'index.js.map'],
  ['qs', 'README.md'],
  ['qs', 'test/parse.js'],
  ['qs', '.eslintrc'],
  ['yaml', 'browser/index.js'],
  ['swagger-ui-dist', 'swagger-ui-es-bundle.js'],
])('%s/%s is of no use at run time', (name, path) => {
  expect(isNeverLoaded(name, path)).toBe(true);
});

it.each([
  ['zod', 'LICENSE.md'],
  ['zod', 'index.js'],
  ['zod', 'package.json'],
  ['any', 'lib/test.js'],
  ['any', 'lib/latest/index.js'],
  ['any', 'browser/index.js'],
  ['swagger-ui-dist', 'swagger-ui-bundle.js'],
  ['swagger-ui-dist', 'swagger-ui.css'],
])('%s/%s stays', (name, path) => {
  expect(isNeverLoaded(name, path)).toBe(false);
});
