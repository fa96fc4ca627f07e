import { expect, it } from 'vitest';
import { ModuleRecord } from './module-record.ts';

const main = 'file:///w/apps/a/src/main.ts';

it('tells own files, what own code imports, and folders of all third-party files', () => {
  const record = new ModuleRecord();
  record.addImport('./part.ts', main, 'file:///w/apps/a/src/part.ts');
  record.addImport('express', main, 'file:///w/node_modules/express/index.js');
  record.addImport('express', 'file:///w/apps/a/src/part.ts', 'file:///w/node_modules/express/index.js');
  record.addImport(
    './lib/app.js',
    'file:///w/node_modules/express/index.js',
    'file:///w/node_modules/express/lib/app.js',
  );
  record.addImport('node:fs', main, 'node:fs');
  expect(record.report()).toEqual({
    own: ['/w/apps/a/src/part.ts'],
    imports: [
      { specifier: './part.ts', parent: main, own: true },
      { specifier: 'express', parent: main, own: false },
      { specifier: 'express', parent: 'file:///w/apps/a/src/part.ts', own: false },
      { specifier: 'node:fs', parent: main, own: false },
    ],
    thirdPartyFolders: ['/w/node_modules/express', '/w/node_modules/express/lib'],
  });
});

it('takes a file that was looked for in vain for one that was loaded, so that its creation is a change', () => {
  const record = new ModuleRecord();
  record.addMissing('./optional.ts', main);
  record.addMissing('not-installed', main);
  expect(record.report()?.own).toEqual(['/w/apps/a/src/optional.ts']);
});

it('reports only when there is something new', () => {
  const record = new ModuleRecord();
  expect(record.report()).toBeUndefined();
  record.addLoaded(main);
  expect(record.report()).toBeDefined();
  record.addLoaded(main);
  expect(record.report()).toBeUndefined();
});
