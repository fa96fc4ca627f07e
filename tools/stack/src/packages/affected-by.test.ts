import { describe, expect, test } from 'vitest';
import type { Service, Stack } from '../stack.ts';
import { affectedBy } from './affected-by.ts';
import type { PackageGraph, WorkspacePackage } from './package-graph.ts';

const service = (name: string): Service => ({
  name,
  port: 1,
  adminPort: 2,
  debugPort: 3,
  dependsOn: [],
  calls: [],
  restartPolicy: 'parallel',
  secrets: [],
  grants: [],
  scopes: [],
});
const stack: Stack = {
  services: ['web', 'worker'].map(service),
  backing: [],
  sidecars: [],
  checks: { port: 9070 },
  observability: [],
};

const workspace = (folder: string, dependencies: string[] = [], devDependencies: string[] = []): WorkspacePackage => ({
  name: `@x/${folder.split('/')[1]}`,
  folder,
  dependencies: dependencies.map((name) => `@x/${name}`),
  devDependencies: devDependencies.map((name) => `@x/${name}`),
  tags: [],
});
const graph: PackageGraph = {
  packages: [
    workspace('apps/web', ['http'], ['testing']),
    workspace('apps/worker', ['queue']),
    workspace('apps/sidecar', ['errors']),
    workspace('libs/http', ['errors']),
    workspace('libs/queue', ['errors']),
    workspace('libs/errors'),
    workspace('libs/http-extra'),
    workspace('tools/testing'),
  ],
};

describe('affectedBy', () => {
  test.each([
    ['apps/web/src/app.ts', ['web']],
    ['apps/web/routes.yaml', ['web']],
    ['libs/http/src/listen.ts', ['web']],
    ['./libs/queue/src/deleted.ts', ['worker']],
    ['libs/errors/src/app-error.ts', ['web', 'worker']],
    ['libs\\errors\\src\\app-error.ts', ['web', 'worker']],
    ['package-lock.json', ['web', 'worker']],
    ['services.yaml', ['web', 'worker']],
    ['libs/http-extra/src/index.ts', []],
    ['tools/testing/src/index.ts', []],
    ['apps/sidecar/src/main.ts', []],
    ['libs/errors/src/app-error.test.ts', []],
    ['libs/errors/test/app-error.ts', []],
    ['apps/web/README.md', []],
  ])('%s', (path, services) => {
    expect(affectedBy(path, stack, graph).services).toEqual(services);
  });

  test.each(['docs/adr/0001.md', 'libs/nothing/src/index.ts', '../elsewhere/file.ts', '/etc/hosts', ''])(
    'cannot tell what %j affects, and says so',
    (path) => {
      expect(() => affectedBy(path, stack, graph)).toThrow(
        /^cannot tell what .* affects: .* apps\/, libs\/, tools\/ .*package-lock\.json/,
      );
    },
  );

  test('gives its reason', () => {
    expect(affectedBy('libs/http/src/listen.ts', stack, graph).reason).toBe('libs/http/src/listen.ts is in @x/http');
    expect(affectedBy('tools/testing/src/a.ts', stack, graph).reason).toBe('no service uses @x/testing');
  });
});
