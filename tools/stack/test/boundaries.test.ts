import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import tseslint from 'typescript-eslint';

const root = resolve(import.meta.dirname, '../../..');
// Any two apps of this clone.
const [app = '', other = ''] = globSync('apps/*', { cwd: root }).sort();
const otherApp = `@evenkeel/${basename(other)}`;
const eslint = new ESLint({
  cwd: root,
  // The files that are named here need not exist, so there are no types to ask for.
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

/** The rules that the code breaks in that file, with their messages. */
async function complaints(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: resolve(root, file) });
  return result?.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`) ?? [];
}

describe('module boundaries', () => {
  test.each([
    [`${app}/src/app.ts`, `import '${otherApp}';`, 'an app is never imported'],
    ['libs/service/src/index.ts', `import '${otherApp}/src/app.ts';`, 'an app is never imported'],
    ['acceptance/src/index.ts', `import '${otherApp}';`, 'an app is never imported'],
    [`${app}/test/a.test.ts`, `import '${otherApp}';`, 'an app is never imported'],
    ['libs/errors/src/index.ts', `import '@evenkeel/config';`, 'a lib imports only libs of lower layers'],
    [
      'libs/errors/src/index.ts',
      `export { loadConfig } from '@evenkeel/config';`,
      'a lib imports only libs of lower layers',
    ],
    ['libs/errors/src/index.ts', `await import('@evenkeel/config');`, 'a lib imports only libs of lower layers'],
    ['libs/config/src/index.ts', `import '@evenkeel/contracts';`, 'a lib imports only libs of lower layers'],
    [`${app}/src/app.ts`, `import '@evenkeel/stack';`, 'only tools import tools'],
    ['libs/errors/src/index.ts', `import '@evenkeel/keel';`, 'only tools import tools'],
    ['libs/errors/test/a.ts', `import '@evenkeel/stack';`, 'only tools import tools'],
    [`${app}/test/a.ts`, `import '@evenkeel/acceptance';`, 'the acceptance suite is a program'],
    [`${app}/src/app.ts`, `import '@evenkeel/testing';`, 'a tool for tests (for:tests) is imported by tests'],
    [
      'libs/redis/src/index.ts',
      `import '@evenkeel/local-stores';`,
      'a tool for tests (for:tests) is imported by tests',
    ],
    ['libs/redis/src/index.ts', `import '@evenkeel/config';`, 'declare @evenkeel/config in the package.json of'],
    ['libs/errors/src/index.ts', `import 'pg';`, 'declare pg in the package.json of @evenkeel/errors'],
    [`${app}/src/app.ts`, `import 'vitest';`, 'declare vitest in the package.json of'],
    [`${app}/src/test/a.ts`, `import 'vitest';`, 'declare vitest in the package.json of'],
    [
      'libs/config/src/index.ts',
      `import '../../errors/src/index.ts';`,
      'there is no such file in this package; another',
    ],
    ['tools/keel/src/index.ts', `import '../../stack/src/index.ts';`, 'there is no such file in this package; another'],
  ])('%s: %s is refused', async (file, code, reason) => {
    expect(await complaints(file, code)).toEqual([expect.stringContaining(`boundaries/dependencies: ${reason}`)]);
  });

  test.each([
    [`${app}/src/app.ts`, `import '@evenkeel/service';`],
    [`${app}/src/main.ts`, `import '@evenkeel/telemetry/register';`],
    [`${app}/test/user.test.ts`, `import '@evenkeel/testing';\nimport 'vitest';`],
    [`${app}/test/service-under-test.ts`, `import '@evenkeel/testing';\nimport 'vitest';`],
    ['libs/contracts/src/index.ts', `import '@evenkeel/errors';\nimport 'node:fs';\nimport 'zod';`],
    ['tools/testing/src/index.ts', `import '@evenkeel/local-stores';`],
    ['tools/keel/src/index.ts', `import '@evenkeel/stack';\nimport '@evenkeel/local-stores';`],
    ['tools/stack/src/index.ts', `import './plan/plan.ts';`],
  ])('%s: %s is allowed', async (file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});

describe('rules of the house', () => {
  test.each([
    ['libs/errors/src/index.ts', `export * from './problem.ts';`, 'no-restricted-syntax'],
    ['libs/errors/src/problem.ts', `export default 1;`, 'no-restricted-exports'],
    [`${app}/src/app.ts`, `export const port = process.env.PORT;`, 'no-restricted-properties'],
    [`${app}/src/app.ts`, `export const { env } = process;`, 'no-restricted-properties'],
    [`${app}/src/test/a.ts`, `export const { env } = process;`, 'no-restricted-properties'],
    [`${app}/src/app.ts`, `import { env } from 'node:process';\nexport const e = env;`, 'no-restricted-imports'],
    [`${app}/src/userStore.ts`, `export const a = 1;`, 'house/file-name'],
    [`${app}/src/utils.ts`, `export const a = 1;`, 'house/file-name'],
    ['libs/errors/src/a.test.ts', `import { vi } from 'vitest';\nvi.mock('node:fs');`, 'no-restricted-properties'],
    [
      'libs/errors/src/a.test.ts',
      `import { test } from 'vitest';\ntest.only('a', () => 1);`,
      'no-restricted-properties',
    ],
  ])('%s: %s breaks %s', async (file, code, rule) => {
    expect(await complaints(file, code)).toEqual([expect.stringMatching(new RegExp(`^${rule}:`))]);
  });

  test.each([
    [`${app}/src/main.ts`, `export const port = process.env.PORT;`],
    ['libs/errors/src/a.test.ts', `export const path = process.env.PATH;`],
    ['libs/errors/test/folder/a.ts', `export const path = process.env.PATH;`],
    ['vitest.config.ts', `export default {};`],
  ])('%s: %s is allowed', async (file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});
