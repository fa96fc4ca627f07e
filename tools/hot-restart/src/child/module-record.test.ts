import { expect, it } from 'vitest';
import { ModuleRecord } from './module-record.ts';

const main = 'file:///w/apps/a/src/main.ts';

it('tells own files, modules of others and of Node that own code imports, and folders of all third-party files', () => {
  const record = new ModuleRecord();
  record.addImport({ specifier: './part.ts', parent: main }, 'file:///w/apps/a/src/part.ts');
  record.addImport({ specifier: 'express', parent: main }, 'file:///w/node_modules/express/index.js');
  record.addImport(
    { specifier: 'express', parent: 'file:///w/apps/a/src/part.ts' },
    'file:///w/node_modules/express/index.js',
  );
  record.addImport(
    { specifier: './lib/app.js', parent: 'file:///w/node_modules/express/index.js' },
    'file:///w/node_modules/express/lib/app.js',
  );
  record.addImport({ specifier: 'node:fs', parent: main }, 'node:fs');
  expect(record.report()).toEqual({
    own: ['/w/apps/a/src/part.ts'],
    thirdParty: [
      { specifier: 'express', parent: main },
      { specifier: 'node:fs', parent: main },
    ],
    thirdPartyFolders: ['/w/node_modules/express', '/w/node_modules/express/lib'],
  });
});

it('takes a file that was looked for in vain for one that was loaded, so that its creation is a change', () => {
  const record = new ModuleRecord();
  record.addMissing({ specifier: './optional.ts', parent: main });
  record.addMissing({ specifier: 'not-installed', parent: main });
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
