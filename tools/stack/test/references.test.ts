import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatProblem } from '../src/problem.ts';
import { checkReferences, writeReferences } from '../src/references/check-references.ts';

const root = resolve(import.meta.dirname, '../../..');
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'references-'));
  const configuration = /package\.json$|tsconfig.*\.json$/;
  const skipped = /\/(node_modules|src|test|dist|\.[^/]+)$/;
  for (const part of ['package.json', 'tsconfig.json', 'apps', 'libs', 'tools']) {
    await cp(join(root, part), join(copy, part), {
      recursive: true,
      filter: (path) => configuration.test(path) || (!/\.[^/]*$/.test(path) && !skipped.test(path)),
    });
  }
});
afterAll(() => rm(copy, { recursive: true }));

test('the configurations of this workspace reference what their packages depend on', async () => {
  expect((await checkReferences(root)).map(formatProblem)).toEqual([]);
});

test('a reference that is lost or left over is named with its line, and is put right', async () => {
  await writeReferences(copy);
  const file = join(copy, 'libs/contracts/tsconfig.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('../errors', '../telemetry'));
  await rm(join(copy, 'libs/errors/tsconfig.build.json'));
  expect((await checkReferences(copy)).map(formatProblem)).toEqual([
    expect.stringMatching(
      /^libs\/contracts\/tsconfig\.json:3: lacks a reference to \.\.\/errors; run npm run references/,
    ),
    expect.stringMatching(/^libs\/contracts\/tsconfig\.json:3: has a reference to \.\.\/telemetry; run/),
    expect.stringMatching(/^libs\/errors\/tsconfig\.build\.json:1: is missing; run/),
  ]);
  expect(await writeReferences(copy)).toEqual(['libs/contracts/tsconfig.json', 'libs/errors/tsconfig.build.json']);
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await checkReferences(copy)).toEqual([]);
});
