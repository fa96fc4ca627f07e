import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { examinePostgres, findRedisProgram, lookForRedisProgram, StoreError, typed } from '@evenkeel/local-stores';
import { describeTakenPorts, findTakenPorts, wantedPorts } from '../ports/taken-ports.ts';
import { blockedPublishedPorts, composeVariable } from '../stack/published-services.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { servedParts } from '../serve/served-part.ts';
import { clearLeftovers } from '../state/leftovers.ts';
import { readRunState } from '../state/run-state.ts';
import { holderOf } from '../state/lock.ts';
import type { Workspace } from '../workspace.ts';
import { bad, good, poor, type Check, type Finding } from './finding.ts';

/** What the stack itself needs. */
export function stackChecks(workspace: Workspace): Check[] {
  return [
    { name: 'services.yaml', examine: () => declaration(workspace) },
    { name: 'ports', examine: () => ports(workspace) },
    { name: 'ports of Compose', examine: () => composePorts(workspace) },
    { name: 'PostgreSQL', examine: () => postgres(workspace) },
    { name: 'Redis', examine: () => redis(workspace) },
    { name: 'leftovers', examine: () => leftovers(workspace) },
    { name: 'secrets', examine: () => secrets(workspace) },
  ];
}

async function declaration({ root }: Workspace): Promise<Finding> {
  const { services, backing } = await readStackFile(root);
  return good(`${services.length} services, ${backing.length} stores`);
}

async function ports({ root, stateDir, portOffset }: Workspace): Promise<Finding> {
  const pid = await holderOf(stateDir);
  if (pid !== undefined) return good(`the stack of this clone runs (process ${pid})`);
  const parts = await servedParts(stateDir);
  if (parts.length > 0) return good(`parts of this clone's stack run: ${parts.map(({ name }) => name).join(', ')}`);
  const wanted = wantedPorts(await readStackFile(root, portOffset));
  const taken = await findTakenPorts(wanted);
  if (taken.length === 0) return good(`${wanted.map(({ port }) => port).join(', ')} are free`);
  return bad(`some are taken:\n${describeTakenPorts(taken)}`, 'stop those processes, or PORT_OFFSET=100 ./keel up');
}

async function composePorts(workspace: Workspace): Promise<Finding> {
  const blocked = blockedPublishedPorts(await readStackFile(workspace.root), composeVariable(workspace));
  if (blocked.length === 0) return good('can be opened by browsers');
  const detail = `${blocked.join(', ')}: browsers refuse to open that port (Fetch standard, "Port blocking")`;
  return poor(detail, 'choose another in .env');
}

async function postgres({ stateDir }: Workspace): Promise<Finding> {
  try {
    return good(await examinePostgres(join(stateDir, 'postgres')));
  } catch (error) {
    return refused(error);
  }
}

async function redis({ root, env }: Workspace): Promise<Finding> {
  const stack = await readStackFile(root);
  const image = stack.backing.find(({ name }) => name === 'redis')?.image ?? 'redis:8';
  const search = { env, image, toolsDir: join(root, '.keel', 'tools') };
  try {
    const { kind, description } = await lookForRedisProgram(search);
    if (kind !== 'fetchable') return good(description);
    return {
      ...poor(`none yet: ./keel up will fetch ${description}`, './keel doctor --fix (the next ./keel up does it, too)'),
      repair: async () => void (await findRedisProgram(search)),
    };
  } catch (error) {
    return refused(error);
  }
}

/** What a store says of itself. */
function refused(error: unknown): Finding {
  if (!(error instanceof StoreError)) throw error;
  return bad(error.why, error.fix);
}

async function leftovers({ root, stateDir }: Workspace): Promise<Finding> {
  const state = await readRunState(stateDir);
  if (state === undefined || (await holderOf(stateDir)) !== undefined) return good('none');
  return {
    ...poor('a killed keel left its state behind', './keel doctor --fix (the next ./keel up does it, too)'),
    repair: async () => {
      await clearLeftovers(root, stateDir, {});
      await rm(join(stateDir, 'up.lock'), { force: true });
    },
  };
}

async function secrets({ secretsDir }: Workspace): Promise<Finding> {
  const names = await readdir(secretsDir).catch(() => []);
  const paths = [secretsDir, ...names.map((name) => join(secretsDir, name))];
  const modes = await Promise.all(names.length === 0 ? [] : paths.map(async (path) => (await stat(path)).mode));
  const open = paths.filter((_path, index) => ((modes[index] ?? 0) & 0o077) !== 0);
  if (open.length === 0) return good(names.length === 0 ? 'none yet' : `${names.length}, closed to others`);
  return {
    ...poor(`${open.length} can be read by others`, `chmod -R go= ${typed(secretsDir)}`),
    repair: async () => {
      await Promise.all(open.map((path) => chmod(path, path === secretsDir ? 0o700 : 0o600)));
    },
  };
}
