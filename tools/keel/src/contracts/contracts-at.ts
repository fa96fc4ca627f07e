import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KeelError } from '../failure.ts';
import { outputOf, runProgram } from '../process/run-program.ts';
import type { Workspace } from '../workspace.ts';

/** The contracts of another commit, as files. */
export interface PastContracts extends AsyncDisposable {
  folder: string;
  /** The commit, abbreviated. */
  commit: string;
}

/** @throws KeelError when there is no such commit, or it has no contracts */
export async function contractsAt({ root, stateDir, env }: Workspace, ref: string): Promise<PastContracts> {
  const git = (...args: string[]) => outputOf('git', args, { cwd: root, env });
  const commit = await commitOf(root, env, ref);
  const listed = await git('ls-tree', '-z', '--name-only', commit, '--', 'pacts/');
  const paths = listed.split('\0').filter((path) => path.endsWith('.json'));
  if (paths.length === 0) {
    throw new KeelError(`There are no contracts in ${ref}`, {
      why: `commit ${commit} has no pacts/*.json`,
      fix: 'name a later commit, or run ./keel contracts without --against',
    });
  }
  const folder = join(stateDir, `contracts-${process.pid}`);
  await mkdir(folder, { recursive: true });
  await Promise.all(
    paths.map(async (path) => writeFile(join(folder, basename(path)), await git('show', `${commit}:${path}`))),
  );
  return { folder, commit, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function commitOf(root: string, env: NodeJS.ProcessEnv, ref: string): Promise<string> {
  const isRepository = await runProgram('git', ['rev-parse', '--git-dir'], { cwd: root, env }).catch(
    (error: NodeJS.ErrnoException): never => {
      throw new KeelError('git cannot be run', {
        why: `the contracts of another commit come from git (${error.code ?? error.message})`,
        fix: 'install git, or run ./keel contracts without --against',
        cause: error,
      });
    },
  );
  if (isRepository.code !== 0) {
    throw new KeelError('This folder is not a git repository', {
      why: 'the contracts of another commit come from git',
      fix: 'run ./keel contracts without --against',
    });
  }
  const args = ['rev-parse', '--short', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await runProgram('git', args, { cwd: root, env });
  if (code === 0) return stdout.trim();
  throw new KeelError(`No such commit: ${JSON.stringify(ref)}`, {
    why: 'git knows no branch, tag or commit of that name in this clone',
    fix: 'git fetch --tags, then ./keel contracts --against <ref>',
    exitCode: 2,
  });
}

/** The commit that is checked out, for people: `9ceaf35`, and whether files differ from it. */
export async function commitHere(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const commit = (await outputOf('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, env })).trim();
    const changes = await outputOf('git', ['status', '--porcelain'], { cwd: root, env });
    return changes === '' ? commit : `${commit} with uncommitted changes`;
  } catch {
    return 'an unknown commit';
  }
}
