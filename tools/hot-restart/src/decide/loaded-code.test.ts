import { expect, it } from 'vitest';
import { LoadedCode } from './loaded-code.ts';

const where = { workspace: '/w', packages: new Set(['/w/apps/a']) };

function loaded(...own: string[]) {
  return { own, imports: [], thirdPartyFolders: ['/w/node_modules/express'] };
}

function live(...own: string[]): LoadedCode {
  const code = new LoadedCode();
  code.begin();
  code.succeed();
  code.follow(loaded(...own));
  return code;
}

it('takes any module for a change until it knows what is loaded, and after a failed start', () => {
  const code = new LoadedCode();
  expect(code.change(['/w/a.ts'], where).restartFor).toEqual(['/w/a.ts']);
  code.follow(loaded('/w/main.ts'));
  expect(code.change(['/w/a.ts', '/w/main.ts'], where).restartFor).toEqual(['/w/main.ts']);
  code.fail();
  expect(code.change(['/w/a.ts'], where).restartFor).toEqual(['/w/a.ts']);
  code.succeed();
  expect(code.change(['/w/a.ts'], where).restartFor).toEqual([]);
});

it('keeps what a failed start changed until code is live', () => {
  const code = live('/w/main.ts', '/w/part.ts');
  code.change(['/w/main.ts'], where);
  code.fail();
  code.change(['/w/part.ts', '/w/main.ts'], where);
  expect(code.pending).toEqual(['/w/main.ts', '/w/part.ts']);
  code.succeed();
  expect(code.pending).toEqual([]);
});

it('tells what changed while it was imported for the first time', () => {
  const code = live('/w/main.ts');
  code.begin();
  expect(code.change(['/w/new.ts', '/w/main.ts', '/w/other.ts'], where).restartFor).toEqual(['/w/main.ts']);
  expect(code.follow(loaded('/w/main.ts', '/w/new.ts'))).toEqual(['/w/new.ts']);
  expect(code.follow(loaded('/w/main.ts', '/w/new.ts', '/w/other.ts'))).toEqual([]);
});

it('tells what changed while it was imported in vain', () => {
  const code = live('/w/main.ts');
  code.begin();
  expect(code.change(['/w/part.ts', '/w/notes.md'], where).restartFor).toEqual([]);
  expect(code.fail()).toEqual(['/w/part.ts']);
  expect(code.pending).toEqual(['/w/part.ts']);
  code.begin();
  expect(code.fail()).toEqual([]);
});

it('knows that a standby is out of date when a module changes that it has loaded', () => {
  const code = live('/w/main.ts');
  expect(code.change(['/w/telemetry.ts'], where).discardStandby).toBe(false);
  code.preload(loaded('/w/telemetry.ts'));
  expect(code.change(['/w/telemetry.ts'], where).discardStandby).toBe(true);
  expect(code.change(['/w/node_modules/express/index.js'], where).discardStandby).toBe(true);
});
