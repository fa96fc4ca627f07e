import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pollBeside } from './poll.ts';

let folder: string;
let changed: string[];
const watch = pollBeside(() => ({ on: () => undefined, close: () => undefined }), 10);

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'poll-'));
  changed = [];
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function watched(path: string) {
  return watch(
    path,
    (_, name) => changed.push(String(name)),
    (name) => name.endsWith('.ts'),
  );
}

it('tells at the next look what came, changed and went of that which matters, once', () => {
  write('stays.ts', '1');
  write('same.ts', '1');
  const goes = write('goes.ts', '1');
  const watcher = watched(folder);
  vi.advanceTimersByTime(10);
  expect(changed).toEqual([]);
  write('stays.ts', 'longer');
  rmSync(goes);
  write('comes.ts', '1');
  write('comes.txt', '1');
  vi.advanceTimersByTime(10);
  expect(changed.sort()).toEqual(['comes.ts', 'goes.ts', 'stays.ts']);
  vi.advanceTimersByTime(100);
  expect(changed.length).toBe(3);
  watcher.close();
  write('stays.ts', '1');
  vi.advanceTimersByTime(100);
  expect(changed.length).toBe(3);
});

it('looks at third-party modules less often', () => {
  const modules = join(folder, 'node_modules', 'a');
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, 'index.ts'), '1');
  const watcher = watched(modules);
  writeFileSync(join(modules, 'index.ts'), 'longer');
  vi.advanceTimersByTime(79);
  expect(changed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(changed).toEqual(['index.ts']);
  watcher.close();
});

it('tells when a folder is replaced, and nothing of what changes in one below', () => {
  const below = join(folder, 'below.ts');
  mkdirSync(below);
  const watcher = watched(folder);
  writeFileSync(join(below, 'a.ts'), '1');
  vi.advanceTimersByTime(10);
  expect(changed).toEqual([]);
  rmSync(below, { recursive: true });
  vi.advanceTimersByTime(10);
  expect(changed).toEqual(['below.ts']);
  watcher.close();
});
