import { describe, expect, test } from 'vitest';
import type { WorkspacePackage } from '../packages/package-graph.ts';
import { expectedReferences, withReferences } from './references.ts';

const workspace = (
  folder: string,
  tags: string[],
  dependencies: string[],
  devDependencies: string[] = [],
): WorkspacePackage => ({
  name: folder,
  folder,
  tags,
  dependencies,
  devDependencies,
});

test('checking follows development dependencies, building does not, and tools are not built', () => {
  const packages = [
    workspace('apps/web', ['type:app'], ['libs/http', 'libs/errors'], ['tools/testing']),
    workspace('libs/errors', ['type:lib', 'layer:0'], []),
    workspace('libs/http', ['type:lib', 'layer:1'], ['libs/errors']),
    workspace('template/bench', ['type:template'], ['tools/testing']),
    workspace('tools/testing', ['type:tool', 'for:tests'], []),
  ];
  expect(expectedReferences({ packages })).toEqual([
    { file: 'tsconfig.json', references: ['apps/web', 'libs/errors', 'libs/http', 'tools/testing'] },
    { file: 'template/tsconfig.json', references: ['bench'] },
    { file: 'apps/web/tsconfig.json', references: ['../../libs/errors', '../../libs/http', '../../tools/testing'] },
    {
      file: 'apps/web/tsconfig.build.json',
      references: ['../../libs/errors/tsconfig.build.json', '../../libs/http/tsconfig.build.json'],
    },
    { file: 'libs/errors/tsconfig.json', references: [] },
    { file: 'libs/errors/tsconfig.build.json', references: [] },
    { file: 'libs/http/tsconfig.json', references: ['../errors'] },
    { file: 'libs/http/tsconfig.build.json', references: ['../errors/tsconfig.build.json'] },
    { file: 'template/bench/tsconfig.json', references: ['../../tools/testing'] },
    { file: 'tools/testing/tsconfig.json', references: [] },
  ]);
});

const short = '{\n  "extends": "../../tsconfig.base.json"\n}\n';

describe('withReferences', () => {
  test('adds what is missing and leaves the rest of the text as it is', () => {
    expect(withReferences(short, ['../errors'])).toBe(
      '{\n  "extends": "../../tsconfig.base.json",\n  "references": [{ "path": "../errors" }]\n}\n',
    );
  });

  test('replaces what is there', () => {
    const once = withReferences('{\n  // why\n  "references": [{ "path": "a" }],\n  "files": []\n}\n', ['b', 'c']);
    expect(once).toBe('{\n  // why\n  "references": [{ "path": "b" }, { "path": "c" }],\n  "files": []\n}\n');
    expect(withReferences(once, ['b', 'c'])).toBe(once);
  });

  test('breaks a line that would be longer than 120 characters', () => {
    const paths = Array.from({ length: 6 }, (_, index) => `../library-number-${index}`);
    const text = withReferences(short, paths);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(JSON.parse(text)).toMatchObject({ references: paths.map((path) => ({ path })) });
  });

  test('a file with nothing in it gets only the references', () => {
    expect(withReferences('{}\n', ['a'])).toBe('{\n  "references": [{ "path": "a" }]\n}\n');
  });
});
