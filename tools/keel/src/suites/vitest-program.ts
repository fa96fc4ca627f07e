// Runs Vitest over the repository and writes a TestRun as JSON. A program of its own: what the tests load stays out of
// the tool.
// Usage: vitest-program.ts <result file> [--project=NAME …] [pattern …]
//        vitest-program.ts <result file> [--project=NAME …] --coverage=FOLDER <package's folder>/ …
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { startVitest, type TestCase } from 'vitest/node';
import type { SkippedTest } from './tally.ts';
import type { TestRun } from './run-vitest.ts';

const [resultFile, ...args] = process.argv.slice(2) as [string, ...string[]];
const valuesOf = (option: string) =>
  args.filter((arg) => arg.startsWith(option)).map((arg) => arg.slice(option.length));
const projects = valuesOf('--project=');
const [reportsDirectory] = valuesOf('--coverage=');
// With `--coverage`, they are folders.
const filters = args.filter((arg) => !arg.startsWith('--'));

const include = filters.map((folder) => `${folder}src/**/*.ts`);

const vitest = await startVitest('test', filters, {
  run: true,
  watch: false,
  passWithNoTests: true,
  ...(projects.length === 0 ? {} : { project: projects }),
  ...(reportsDirectory === undefined ? {} : { coverage: { enabled: true, reportsDirectory, include } }),
});
// What keeps it from running, stores that do not start for instance, Vitest prints and tells by its exit code alone.
const hasFailed = Number(process.exitCode ?? 0) > 0;
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
// Outside any test: an unhandled rejection, for instance.
const unhandled = vitest.state.getUnhandledErrors().length;
const failed = tests.filter((test) => test.result().state === 'failed').length + brokenFiles + unhandled;
const run: TestRun = {
  passed: tests.filter((test) => test.result().state === 'passed').length,
  failed: Math.max(failed, Number(hasFailed)),
  skipped: tests.filter((test) => ['skipped', 'pending'].includes(test.result().state)).map(skippedTest),
  contracts: tests.flatMap((test) => {
    const { contract } = test.meta() as { contract?: { consumer: string; provider: string } };
    return contract === undefined ? [] : [{ ...contract, state: test.result().state }];
  }),
};
await vitest.close();
await writeFile(resultFile, JSON.stringify(run));
process.exit(run.failed > 0 ? 1 : 0);

function skippedTest(test: TestCase): SkippedTest {
  const result = test.result();
  const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'its condition is not met here';
  return { name: `${relative(process.cwd(), test.module.moduleId)}: ${test.fullName}`, reason };
}
