import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Poll } from './poll.ts';

let folder: string;
let changed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poll-'));
  changed = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function looks(poll: Poll, count: number): void {
  for (let look = 0; look < count; look += 1) poll.check();
}

it('tells at the next look what came, changed and went', () => {
  const [stays, goes] = [write('stays.ts', '1'), write('goes.ts', '1')];
  const files = [stays, goes];
  const poll = new Poll(
    () => files,
    (path) => changed.push(path),
  );
  poll.check();
  changed = [];
  write('stays.ts', 'longer');
  rmSync(goes);
  files.push(write('comes.ts', '1'));
  poll.check();
  expect(changed.sort()).toEqual([join(folder, 'comes.ts'), goes, stays]);
  changed = [];
  poll.check();
  expect(changed).toEqual([]);
});

it('tells within a round what changed or went of many, once, and nothing of what was only added', () => {
  const many = Array.from({ length: 20 }, (_, index) => write(`${index}.js`, '1'));
  const poll = new Poll(
    () => [],
    (path) => changed.push(path),
  );
  poll.addSeldom(many.slice(0, 10));
  looks(poll, 3);
  write('3.js', 'longer');
  rmSync(many[7] ?? '');
  poll.addSeldom(many);
  looks(poll, 16);
  expect(changed.sort()).toEqual([many[3], many[7]]);
  looks(poll, 16);
  expect(changed.length).toBe(2);
});
