import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { engineAnswers } from '../src/stores/containers.ts';
import { storeImages } from '../src/stores/images.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const declared = storeImages(readFileSync(join(root, 'services.yaml'), 'utf8'), process.env);
// Names that only this test uses: a container of such an image is one of the run below.
const own = {
  POSTGRES_IMAGE: `evenkeel-test/postgres:${process.pid}`,
  REDIS_IMAGE: `evenkeel-test/redis:${process.pid}`,
};
const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout.trim();
// Testcontainers and the docker command find their engine each in its own way; this test asks both.
const commandAnswers = docker('version').then(
  () => true,
  () => false,
);
const hasEngine = (await commandAnswers) && (await engineAnswers());

beforeAll(async () => {
  if (!hasEngine) return;
  for (const [image, name] of [
    [declared.postgres, own.POSTGRES_IMAGE],
    [declared.redis, own.REDIS_IMAGE],
  ] as const) {
    await docker('image', 'inspect', image).catch(() => docker('pull', image));
    await docker('tag', image, name);
  }
});
afterAll(async () => {
  if (hasEngine) await docker('rmi', ...Object.values(own));
});

it('runs integration tests of services with stores in containers, and leaves none behind', async (context) => {
  if (!hasEngine) context.skip('no Docker Engine is running');
  const since = String(Date.now() / 1000);
  const files = ['testDatabase', 'testRedis'].flatMap((store) => testsOfServiceWith(store).slice(0, 3));
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-container-stores-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const report = join(folder, 'report.json');
  const args = [vitest, 'run', '--project', 'integration', '--reporter', 'json', '--outputFile', report, ...files];
  // It ends by itself, so that nobody has to clean up after it.
  const env = { ...process.env, ...own, TEST_STORES: 'containers', TESTCONTAINERS_RYUK_DISABLED: 'true' };
  const told = await run(process.execPath, args, { cwd: root, env, timeout: 280_000 }).catch((error: Error) => error);
  const { success, numPassedTests, testResults } = await readFile(report, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    () => Promise.reject(new Error('the run left no report', { cause: told })),
  );
  expect(
    testResults
      .flatMap(({ message, assertionResults }) => [
        message,
        ...assertionResults.flatMap((each) => each.failureMessages),
      ])
      .filter(Boolean),
  ).toEqual([]);
  expect({ success, files: testResults.length }).toEqual({ success: true, files: files.length });
  expect(numPassedTests).toBeGreaterThan(files.length);

  for (const image of Object.values(own)) {
    // With a fraction: a whole second leaves out what has happened in it. The engine remembers the last events only, of
    // which the end of the container is one.
    const span = ['--since', since, '--until', String(Date.now() / 1000)];
    const filters = ['--filter', 'event=destroy', '--filter', `image=${image}`];
    expect(await docker('events', ...span, ...filters, '--format', '{{.Action}}'), image).toBe('destroy');
    // Not by `ancestor`: that finds containers of the same image under another name too, as a run around this one has.
    expect((await docker('ps', '--all', '--format', '{{.Image}}')).split('\n')).not.toContain(image);
  }
});

/** The tests of the first service whose tests use that store. */
function testsOfServiceWith(store: string): string[] {
  const uses = (app: string) =>
    globSync(`${app}/test/*.ts`, { cwd: root }).some((file) => readFileSync(join(root, file), 'utf8').includes(store));
  const app = globSync('apps/*', { cwd: root }).sort().find(uses);
  return globSync(`${app}/test/*.test.ts`, { cwd: root }).sort();
}

interface Report {
  success: boolean;
  numPassedTests: number;
  testResults: { message: string; assertionResults: { failureMessages: string[] }[] }[];
}
