import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openWorkspace } from '../workspace.ts';
import { commitHere, contractsAt } from './contracts-at.ts';

function clone() {
  const root = mkdtempSync(join(tmpdir(), 'keel-contracts-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CEILING_DIRECTORIES: tmpdir() };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, env });
  const commit = () => git('add', '.') && git('commit', '--quiet', '--allow-empty', '--message', 'a change');
  return { root, env, git, commit, workspace: openWorkspace(root, env) };
}

it('reads the contracts of another commit, and leaves nothing behind', async () => {
  const { root, env, git, commit, workspace } = clone();
  git('init', '--quiet');
  mkdirSync(join(root, 'pacts'));
  writeFileSync(join(root, 'pacts', 'web-shop.json'), 'before');
  writeFileSync(join(root, 'pacts', 'README.md'), 'no contract');
  commit();
  git('tag', 'v1');
  writeFileSync(join(root, 'pacts', 'web-shop.json'), 'after');
  commit();
  expect(await commitHere(root, env)).toMatch(/^[0-9a-f]{7,}$/);
  {
    await using past = await contractsAt(workspace, 'v1');
    expect(readdirSync(past.folder)).toEqual(['web-shop.json']);
    expect(await commitHere(root, env)).toMatch(/^[0-9a-f]{7,} with uncommitted changes$/);
  }
  expect(readdirSync(workspace.stateDir)).toEqual([]);
});

it('says why there are no contracts', async () => {
  const { root, env, git, commit, workspace } = clone();
  await expect(contractsAt(workspace, 'HEAD')).rejects.toThrow(/^This folder is not a git repository\n/);
  expect(await commitHere(root, env)).toBe('an unknown commit');
  git('init', '--quiet');
  commit();
  await expect(contractsAt(workspace, 'HEAD')).rejects.toThrow(
    /^There are no contracts in HEAD\n.*has no pacts\/\*\.json/,
  );
  for (const ref of ['v9', '--all']) {
    await expect(contractsAt(workspace, ref)).rejects.toMatchObject({
      message: expect.stringMatching(/^No such commit: /),
      exitCode: 2,
    });
  }
  const noGit = openWorkspace(root, { ...env, PATH: '/nowhere' });
  await expect(contractsAt(noGit, 'HEAD')).rejects.toThrow(/^git cannot be run\n.*come from git/);
});
