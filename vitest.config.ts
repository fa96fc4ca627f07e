import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { settleEnvironment } from '@evenkeel/local-stores/own-environment';
import { defineConfig } from 'vitest/config';

// Tests, and what they start, run as keel does. With NODE_ENV=production Vite would look for compiled packages.
// eslint-disable-next-line no-restricted-properties -- this is a program, too
const { env } = process;
settleEnvironment(env);
env['NODE_ENV'] = 'test';

// Run from the root for everything, from a package's folder for that package (`npm test -w …`): patterns cover both.
const packages = ['', '{apps,libs,tools,template}/*/', 'acceptance/'];
const files = (...patterns: string[]) => packages.flatMap((folder) => patterns.map((pattern) => folder + pattern));

const askedFor = (option: RegExp) => option.test(process.argv.join(' '));
/**
 * Programs that the tests start count as well, and Node runs those as they were written. So the tests run the same code
 * then: figures of what Vite makes of a file do not add up with those of the file.
 */
const measured = {
  experimental: { viteModuleRunner: false },
  setupFiles: [join(import.meta.dirname, 'tools/testing/src/coverage-setup.ts')],
};

const shared = {
  exclude: ['**/node_modules/**', '**/dist/**', '.keel/**'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // What a test waits for may take long on a busy machine.
  expect: { poll: { timeout: 60_000 } },
  ...(askedFor(/--coverage\b/) ? measured : {}),
};
const stores = join(import.meta.dirname, 'tools/testing/src/global-setup.ts');
const soaks = files('{src,test}/**/*.soak.test.ts');
const containers = files('test/**/*.docker.test.ts');
const cluster = files('test/**/*.cluster.test.ts');

export default defineConfig({
  test: {
    // More than there are cores: tests of processes mostly wait for them.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Beside the source: needs no store, waits for none and leaves nothing behind, so that one process does for many.
      {
        test: {
          ...shared,
          name: 'unit',
          include: files('src/**/*.test.ts'),
          exclude: [...shared.exclude, ...soaks],
          isolate: false,
        },
      },
      // Booted services: one PostgreSQL and one Redis for the whole run.
      {
        test: {
          ...shared,
          name: 'integration',
          include: files('test/**/*.test.ts'),
          exclude: [...shared.exclude, ...soaks, ...containers, ...cluster],
          globalSetup: stores,
        },
      },
      // Whole stacks in containers: after all others and one at a time, since they take the machine to themselves.
      {
        test: {
          ...shared,
          name: 'containers',
          include: containers,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      // The overlays on a Kubernetes cluster, which all files share.
      {
        test: {
          ...shared,
          name: 'cluster',
          include: cluster,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          globalSetup: join(import.meta.dirname, 'template/cluster/test/global-setup.ts'),
          sequence: { groupOrder: 2 },
        },
      },
      // Minutes long: only when asked for by `--project soak`.
      ...(askedFor(/--project[= ]soak\b/)
        ? [{ test: { ...shared, name: 'soak', include: soaks, testTimeout: 600_000, globalSetup: stores } }]
        : []),
    ],
    coverage: {
      provider: 'v8',
      include: files('src/**/*.ts'),
      exclude: ['**/*.test.ts', '**/testing.ts'],
      autoAttachSubprocess: true,
      reportOnFailure: true,
      reporter: ['json'],
      reportsDirectory: '.keel/coverage',
    },
  },
});
