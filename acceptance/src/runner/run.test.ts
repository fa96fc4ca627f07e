import { describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { BrokenPromise, Skip } from '../broken-promise.ts';
import { check, patientCheck, type Group } from './check.ts';
import { formatResult, formatTally, tally } from './print.ts';
import { runGroups } from './run.ts';

const nowhere = {} as World;
const ok = () => Promise.resolve();

const mixed: Group = {
  title: 'A group',
  checks: [
    check('is kept', () => Promise.resolve('after 3 ms')),
    check('is broken', () => Promise.reject(new BrokenPromise('GET /', 'one\ntwo', 'three'))),
    check('cannot be asked', () => Promise.reject(new Skip('no account'))),
    check('has a mistake of its own', () => Promise.reject(new TypeError('undefined is not a function'))),
  ],
};

describe('a run', () => {
  it('asks everything, whatever came out before', async () => {
    const results = await runGroups([mixed], nowhere, () => undefined);
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(['kept', 'broken', 'skipped', 'broken']);
    expect(formatTally(tally(results))).toBe('1 passed, 2 failed, 1 skipped');
  });

  it('reports in plain words, with the group once', async () => {
    const results = await runGroups([mixed], nowhere, () => undefined);
    expect(results.slice(0, 3).map((result, index) => formatResult(result, results[index - 1]))).toEqual([
      '\nA group\n  ✓ is kept (after 3 ms)',
      '  ✗ is broken\n      asked     GET /\n      expected  one\n                two\n      got       three',
      '  – cannot be asked (skipped: no account)',
    ]);
  });

  it('begins what has to wait before anything else, and reports it in its place', async () => {
    const begun: string[] = [];
    const note = (name: string) => () => Promise.resolve(void begun.push(name));
    const checks = [check('first', note('first')), patientCheck('waits', note('waits')), check('last', note('last'))];
    const reported: string[] = [];
    await runGroups([{ title: 'A group', checks }], nowhere, ({ promise }) => void reported.push(promise));
    expect(begun).toEqual(['waits', 'first', 'last']);
    expect(reported).toEqual(['first', 'waits', 'last']);
  });

  it('stops when it is interrupted', async () => {
    const interrupted = new AbortController();
    const checks = [check('first', () => Promise.resolve(interrupted.abort())), check('second', ok)];
    const results = await runGroups([{ title: 'A group', checks }], nowhere, () => undefined, interrupted.signal);
    expect(results.map(({ promise }) => promise)).toEqual(['first']);
  });
});
