import { describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { CheckFailed, Skip } from '../check-failed.ts';
import { check, patientCheck, type Group } from './check.ts';
import { formatResult, formatTally, tally } from './print.ts';
import { runGroups } from './run.ts';

const nowhere = {} as World;
const ok = () => Promise.resolve();

const mixed: Group = {
  title: 'A group',
  checks: [
    check('passes', () => Promise.resolve('after 3 ms')),
    check('fails', () => Promise.reject(new CheckFailed('GET /', 'one\ntwo', 'three'))),
    check('cannot run', () => Promise.reject(new Skip('no account'))),
    check('has a mistake of its own', () => Promise.reject(new TypeError('undefined is not a function'))),
  ],
};

describe('a run', () => {
  it('runs everything, whatever failed before', async () => {
    const results = await runGroups([mixed], nowhere, () => undefined);
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(['passed', 'failed', 'skipped', 'failed']);
    expect(formatTally(tally(results))).toBe('1 passed, 2 failed, 1 skipped');
  });

  it('reports in plain words, with the group once', async () => {
    const results = await runGroups([mixed], nowhere, () => undefined);
    expect(results.slice(0, 3).map((result, index) => formatResult(result, results[index - 1]))).toEqual([
      '\nA group\n  ✓ passes (after 3 ms)',
      '  ✗ fails\n      request   GET /\n      expected  one\n                two\n      got       three',
      '  – cannot run (skipped: no account)',
    ]);
  });

  it('begins what has to wait before anything else, and reports it in its place', async () => {
    const begun: string[] = [];
    const note = (name: string) => () => Promise.resolve(void begun.push(name));
    const checks = [check('first', note('first')), patientCheck('waits', note('waits')), check('last', note('last'))];
    const reported: string[] = [];
    await runGroups([{ title: 'A group', checks }], nowhere, ({ name }) => void reported.push(name));
    expect(begun).toEqual(['waits', 'first', 'last']);
    expect(reported).toEqual(['first', 'waits', 'last']);
  });

  it('stops when it is interrupted', async () => {
    const interrupted = new AbortController();
    const checks = [check('first', () => Promise.resolve(interrupted.abort())), check('second', ok)];
    const results = await runGroups([{ title: 'A group', checks }], nowhere, () => undefined, interrupted.signal);
    expect(results.map(({ name }) => name)).toEqual(['first']);
  });
});
