import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KeelError } from '../failure.ts';
import { runNode } from '../process/run-node.ts';
import { fingerprint, readJson, writeJson } from '../state/json-file.ts';

/**
 * Runs a service's `migrate.ts`, if it has one, and shows what it said when it fails. Left out when these migrations
 * were applied to these data before: a warm start need not wait for it (and the service looks again as it starts).
 */
export async function migrate(
  { root, stateDir }: { root: string; stateDir: string },
  service: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const home = join(root, 'apps', service);
  const program = join(home, 'src', 'migrate.ts');
  const files = await textsOf(join(home, 'migrations'));
  const source = await readFile(program, 'utf8').catch(() => undefined);
  if (source === undefined) return;
  const state = fingerprint([source, files, await clusterMark(stateDir)]);
  const stamp = join(stateDir, 'cache', `migrated-${service}.json`);
  if ((await readJson(stamp)) === state) return;

  const { code, stdout, stderr } = await runNode([program], { env, cwd: root, signal });
  if (code !== 0) {
    throw new KeelError(`The migrations of ${service} failed:\n${`${stdout}${stderr}`.trim()}`, {
      fix: `fix apps/${service}/migrations, then ./keel up (to try it with empty data: KEEL_STATE_DIR=.keel/empty ./keel up)`,
    });
  }
  await writeJson(stamp, state);
}

async function textsOf(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]));
}

/** Tells one data folder from another that was made in its place. */
async function clusterMark(stateDir: string): Promise<unknown> {
  const file = await stat(join(stateDir, 'postgres', 'PG_VERSION')).catch(() => undefined);
  return [file?.ino, file?.mtimeMs];
}
