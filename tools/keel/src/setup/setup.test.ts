import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parityProblems, type Stack } from '@evenkeel/stack';
import { afterAll, describe, expect, it } from 'vitest';
import { writeGenerated } from './generated-json.ts';
import { launchConfigurations } from './launch.ts';
import { merge } from './merge.ts';

const folder = await mkdtemp(join(tmpdir(), 'keel-setup-'));
afterAll(() => rm(folder, { recursive: true }));

describe('merge', () => {
  it('keeps what somebody has added, and brings ours up to date', () => {
    const ours = { format: true, list: ['a', 'b'], named: [{ name: 'x', port: 2 }] };
    const theirs = {
      format: false,
      theme: 'dark',
      list: ['c', 'a'],
      named: [{ name: 'x', port: 1 }, { name: 'mine' }],
    };
    expect(merge(ours, theirs)).toEqual({
      format: true,
      theme: 'dark',
      list: ['a', 'b', 'c'],
      named: [{ name: 'x', port: 2 }, { name: 'mine' }],
    });
  });
});

describe('writeGenerated', () => {
  it('writes once, and is safe to run again', async () => {
    const path = join(folder, '.vscode', 'a.json');
    expect(await writeGenerated(path, { a: 1 })).toBe('written');
    expect(await writeGenerated(path, { a: 1 })).toBe('as it was');
    expect(await writeGenerated(path, { a: 2, b: [] })).toBe('brought up to date');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ a: 2, b: [] });
  });

  it('leaves a file with comments to its owner', async () => {
    const path = join(folder, 'commented.json');
    await writeFile(path, '{ "a": 1 } // mine');
    expect(await writeGenerated(path, { a: 2 })).toMatch('left alone');
    expect(await readFile(path, 'utf8')).toBe('{ "a": 1 } // mine');
  });
});

it('generates launch configurations that agree with the stack, for every service of any stack', () => {
  const stack: Stack = {
    backing: [],
    services: ['one', 'two', 'three'].map((name, index) => ({
      ...{ name, port: 8000 + index, adminPort: 9000 + index, debugPort: 9229 + index },
      ...{ dependsOn: [], calls: [], restartPolicy: 'parallel' },
    })),
  };
  const text = JSON.stringify(launchConfigurations(stack), undefined, 2);
  expect(parityProblems(stack, '.vscode/launch.json', text)).toEqual([]);
});
