import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedClone } from '@evenkeel/clone';
import { startProgram } from '@evenkeel/keel/testing';
import { storeVariables } from '@evenkeel/testing';
import { whyNoPact } from '@evenkeel/testing/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

// A field is renamed step by step in a copy, by the diffs of docs/guides/contracts.md.
const root = join(import.meta.dirname, '..', '..', '..');
const guide = readFileSync(join(root, 'docs/guides/contracts.md'), 'utf8');
const [rename, expand, move, contract] = [...guide.matchAll(/^```diff\n([^]*?)^```/gm)].map(([, diff = '']) => diff);

const missing = await whyNoPact();
const home = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-contracts-guide-')));
const folder = join(home, 'clone');
beforeAll(async () => {
  // As root, PostgreSQL runs as another user, who must be able to enter the folder.
  chmodSync(home, 0o755);
  if (missing === undefined) await installedClone(root, folder);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeEach(({ skip }) => skip(missing !== undefined, missing));

const apply = (diff = '') => execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input: diff });

const PROVIDER = 'apps/auth-service/test/provider.contract.test.ts';
const CONSUMER = 'apps/user-service/test/consumer.contract.test.ts';

/** Runs tests of the copy on the stores of this run. */
async function test(files: string[], variables: NodeJS.ProcessEnv = {}) {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--root', folder, '--project', 'integration', ...files];
  const env = { ...process.env, ...storeVariables(), NO_COLOR: '1', ...variables };
  await using run = startProgram(process.execPath, args, { env });
  return { code: await run.ended, output: run.output() };
}

it('a renamed field breaks the contract; expand, move and contract do not', async () => {
  apply(rename);
  const broken = await test([PROVIDER]);
  expect(broken.code).toBe(1);
  const [, message = ''] = /^```text\n([^]*?)\n```/m.exec(guide) ?? [];
  expect(broken.output).toContain(message);

  apply(expand);
  expect(await test([PROVIDER])).toMatchObject({ code: 0 });

  apply(move);
  const [outdated, before] = await Promise.all([test([CONSUMER]), test([PROVIDER])]);
  expect(outdated.code).toBe(1);
  expect(outdated.output).toContain('Write it by ./keel contracts --write, and commit it.');
  expect(before).toMatchObject({ code: 0 });
  expect(await test([CONSUMER], { WRITE_CONTRACTS: '1' })).toMatchObject({ code: 0 });

  apply(contract);
  const [moved, first] = await Promise.all([test([PROVIDER]), test([PROVIDER], { CONTRACTS: join(root, 'pacts') })]);
  expect(moved).toMatchObject({ code: 0 });
  expect(first.output).toContain(message);
});
