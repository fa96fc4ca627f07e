import { expect, test } from 'vitest';
import type { WorkspacePackage } from '../packages/package-graph.ts';
import { expectedReferences } from './references.ts';

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
