import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadedModules } from '../src/messages.ts';
import { SourceWatch } from '../src/watch/source-watch.ts';
import { createFixture, LIB_FILE, libModule, TEXT_FILE, textModule, type Fixture } from './fixture.ts';

const LOCAL_FILE = 'node_modules/local/index.js';

let fixture: Fixture;
let sources: SourceWatch;
let changed: string[];

/** Sources on a mount that reports nothing, of a process that has loaded a module of its own and one of somebody else. */
beforeEach(async () => {
  fixture = await createFixture();
  changed = [];
  sources = new SourceWatch({
    entry: fixture.entry,
    pollMs: 20,
    onFirst: () => undefined,
    onChanges: (paths) => changed.push(...paths),
    onError: (message) => expect.fail(message),
    watch: () => ({ on: () => undefined, close: () => undefined }),
  });
  sources.start();
  sources.follow(loaded());
});

afterEach(async () => {
  sources.close();
  await fixture[Symbol.asyncDispose]();
});

function loaded(): LoadedModules {
  const thirdPartyFolders = [fixture.path('node_modules/local')];
  return { own: [fixture.path(TEXT_FILE)], imports: [], thirdPartyFolders };
}

async function expectSeen(...names: string[]): Promise<void> {
  const paths = names.map((name) => fixture.path(name)).sort();
  for (const end = Date.now() + 20_000; changed.length < paths.length && Date.now() < end;) await sleep(5);
  // Longer than a round of looks and the quiet time of an installation: nothing is told twice, nothing else is told.
  await sleep(600);
  expect(changed.sort()).toEqual(paths);
  changed = [];
}

it('polls the sources of the service and of its libs', async () => {
  await fixture.write(TEXT_FILE, textModule('two'));
  await fixture.write(LIB_FILE, libModule('second'));
  await expectSeen(TEXT_FILE, LIB_FILE);
});

it.each(['package.json', 'package-lock.json', 'node_modules/.package-lock.json'])(
  'polls %s of the workspace',
  async (name) => {
    await fixture.write(name, '{ "changed": true }');
    await expectSeen(name);
  },
);

it('polls third-party modules where some were loaded, before and after an installation', async () => {
  await fixture.write(LOCAL_FILE, 'export const version = 22;\n');
  await expectSeen(LOCAL_FILE);
  sources.watchInstalledAgain();
  sources.follow(loaded());
  await fixture.write(LOCAL_FILE, 'export const version = 333;\n');
  await expectSeen(LOCAL_FILE);
});

it('tells all that an installation has changed', async () => {
  await fixture.write('package-lock.json', '{ "changed": true }');
  await fixture.write('node_modules/.package-lock.json', '{ "changed": true }');
  await fixture.write(LOCAL_FILE, 'export const version = 22;\n');
  await expectSeen('package-lock.json', 'node_modules/.package-lock.json', LOCAL_FILE);
});

it('sees what npm wrote last into a folder of modules that came back, even if it was there before the watch', async () => {
  const seen: string[] = [];
  const events = new Map<string, (event: string, name: string | null) => void>();
  const watched = new SourceWatch({
    entry: fixture.entry,
    pollMs: undefined,
    onFirst: () => undefined,
    onChanges: (paths) => seen.push(...paths),
    onError: (message) => expect.fail(message),
    watch: (folder, onEvent) => {
      events.set(folder, onEvent);
      return { on: () => undefined, close: () => undefined };
    },
  });
  watched.start();
  const record = fixture.path('node_modules/.package-lock.json');
  const tellOfRoot = () => events.get(dirname(fixture.path('node_modules')))?.('rename', 'node_modules');
  await rm(fixture.path('node_modules'), { recursive: true });
  tellOfRoot();
  await expect.poll(() => seen).toContain(record);
  await fixture.write('node_modules/.package-lock.json', '{ "changed": true }');
  seen.length = 0;
  tellOfRoot();
  await expect.poll(() => seen).toContain(record);
  watched.close();
});
