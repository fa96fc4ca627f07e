import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNode } from '../src/process/run-node.ts';
import { ROOT } from './keel-process.ts';

const root = await realpath(await mkdtemp(join(tmpdir(), 'keel-coverage-')));
afterAll(() => rm(root, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** As a process of its own, since the report of the tests that it runs goes straight to its output. */
async function coverage(...names: string[]) {
  const invocation = JSON.stringify({ root, args: ['coverage', ...names], cwd: root });
  const program = `import { runKeel } from '${ROOT}/tools/keel/src/cli.ts';
    const { env, stdout, stderr } = process;
    process.exitCode = await runKeel({ ...${invocation}, env, stdout, stderr });`;
  return runNode(['--input-type=module', '--eval', program], { env: { ...process.env, NO_COLOR: '1' } });
}

/** How many lines, or statements, of a package are covered, and how many there are. */
async function figures(name: string, kind: 'lines' | 'statements' = 'lines') {
  const text = await readFile(join(root, 'coverage/coverage-summary.json'), 'utf8');
  const packages = JSON.parse(text) as Record<string, Record<string, { total: number; covered: number }>>;
  return [packages[name]?.[kind]?.covered, packages[name]?.[kind]?.total];
}

/** Of the two branches, the test covers one and a process that it starts the other. */
const sign = `type Sign = 'plus' | 'minus';
export const of = (value: number): Sign => {
  if (value < 0) {
    const sign = 'minus';
    return sign;
  }
  return 'plus' satisfies Sign;
};
if (import.meta.main) console.log(of(-1));
`;
const plusTest = `import { expect, it } from 'vitest';
import { of } from './sign.ts';
it('tells plus', () => expect(of(1)).toBe('plus'));
`;
const signTest = `import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
${plusTest}
it('tells minus in a process with an environment of its own', () => {
  const { stdout } = spawnSync(process.execPath, [import.meta.dirname + '/sign.ts'], { env: {}, encoding: 'utf8' });
  expect(stdout).toBe('minus\\n');
});
it('leaves half of what a killed process measured', () => {
  writeFileSync(process.env.NODE_V8_COVERAGE + '/coverage-0.json', '{"result":[');
});
`;

const failingTest = `import { it } from 'vitest';
it('fails', () => { throw new Error('no'); });
`;

beforeAll(async () => {
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  await write('package.json', '{ "workspaces": ["libs/*"] }');
  await write('vitest.config.ts', `export { default } from '${ROOT}/vitest.config.ts';\n`);
  await write('libs/sign/package.json', '{ "name": "@x/sign", "type": "module" }');
  await write('libs/sign/src/sign.ts', sign);
  await write('libs/sign/src/sign.test.ts', signTest);
  await write('libs/sign/src/unused.ts', 'export const unused = 1;\nexport const both = [unused];\n');
  await write('libs/broken/package.json', '{ "name": "@x/broken", "type": "module" }');
  await write('libs/broken/src/broken.ts', 'export const broken = true;\n');
  await write('libs/broken/src/broken.test.ts', failingTest);
  await write('coverage/old-page.html', '');
});

it('adds up workers, the processes that they start, and files that no test loads', async () => {
  const { code, stdout } = await coverage();
  expect(code).toBe(1);
  expect(stdout).toMatch(/\nlibs\/broken +0 %\nlibs\/sign +75 %\ntotal +66\.66 %\n/);
  expect(stdout).toMatch(/\n3 passed, 1 failed, 0 skipped\n$/);
  expect(await figures('libs/sign')).toEqual([6, 8]);
  // Of one file as Vite transforms it and as Node runs it, there would be more.
  expect(await figures('libs/sign', 'statements')).toEqual([7, 9]);
  expect(await figures('libs/broken')).toEqual([0, 1]);
  expect(await readdir(join(root, 'coverage'))).not.toContain('old-page.html');
  expect(await readFile(join(root, 'coverage/index.html'), 'utf8')).toContain('66.66%');
});

it('replaces the figures of one package, and keeps those of the others', async () => {
  await write('libs/sign/src/sign.test.ts', plusTest);
  const { code, stdout } = await coverage('sign');
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nlibs\/sign +50 %\ntotal +44\.44 %\n/);
  expect(await figures('libs/sign')).toEqual([4, 8]);
  expect(await figures('libs/broken')).toEqual([0, 1]);
  expect(await figures('total')).toEqual([4, 9]);
});

it('refuses a package that there is not', async () => {
  expect(await coverage('@x/sing')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'No such package: "@x/sing", did you mean "@x/sign"?\n',
  });
});
