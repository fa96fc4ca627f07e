import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Contents } from './contents.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contents-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('tells what has another content than was known, once', () => {
  const file = join(folder, 'a.ts');
  writeFileSync(file, 'one');
  const contents = new Contents();
  contents.learn([file]);
  writeFileSync(file, 'one');
  expect(contents.changed([file])).toEqual([]);
  writeFileSync(file, 'two');
  expect(contents.changed([file, file])).toEqual([file]);
  expect(contents.changed([file])).toEqual([]);
  rmSync(file);
  expect(contents.changed([file])).toEqual([file]);
  expect(contents.changed([file])).toEqual([]);
});

it('lets a folder that is gone stand for its files', () => {
  const files = ['a.ts', 'b.ts'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, 'one');
  const contents = new Contents();
  contents.learn(files);
  for (const file of files) rmSync(file);
  expect(contents.changed([folder])).toEqual(files);
});
