import { setTimeout as sleep } from 'node:timers/promises';
import { rotationSteps } from '@evenkeel/secrets';
import { serviceClients } from '@evenkeel/stack';
import { clusterPlace, NAMESPACE } from '../cluster/cluster-place.ts';
import { KeelError } from '../failure.ts';
import { rotateInCluster } from '../keys/cluster-keys.ts';
import { rotateInCompose } from '../keys/compose-keys.ts';
import { rotateKeys, signsFrom, type Rotate } from '../keys/rotate-keys.ts';
import { findPart } from '../serve/served-part.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { holderOf, takeLock } from '../state/lock.ts';
import type { Terminal } from '../terminal.ts';
import type { Runtime } from '../tilt/runtimes.ts';
import { savedRuntime } from '../tilt/saved-runtime.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

interface Options {
  runtime?: Runtime;
  publishSeconds: number;
  namespace?: string;
  context?: string;
}

const PROGRESS_MS = 15_000;

/** Rotates the signing keys and the client secrets of the stack of this clone. The services reload them by themselves. */
export async function keys(
  workspace: Workspace,
  terminal: Terminal,
  _action: 'rotate',
  options: Options,
): Promise<void> {
  const rotate = await openRotation(workspace, options);
  await makeStateFolders(workspace);
  const lock = await takeLock(workspace.stateDir, 'keys');
  if ('heldBy' in lock) {
    throw new KeelError('The keys of this clone are being rotated', {
      ...{ why: `process ${lock.heldBy} does it`, fix: 'wait until it has finished' },
    });
  }
  try {
    await rotateKeys(rotate, terminal, (next) =>
      waitUntil(signsFrom(next, options.publishSeconds * 1000, Date.now()), terminal),
    );
  } finally {
    await lock.release();
  }
}

async function waitUntil(until: number, terminal: Terminal): Promise<void> {
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    terminal.print(`  ${Math.ceil(left / 1000)} s until every service has fetched it (if interrupted, run it again)`);
    await sleep(Math.min(left, PROGRESS_MS));
  }
}

/** What carries out the steps where the stack runs. */
async function openRotation(workspace: Workspace, options: Options): Promise<Rotate> {
  const { root, secretsDir, env } = workspace;
  const stack = await readStackFile(root);
  const runtime = options.runtime ?? (await runningRuntime(workspace, stack.services));
  if (runtime === 'compose') return (step) => rotateInCompose(step, workspace);
  if (runtime === 'k8s') {
    const { context = (await clusterPlace(workspace)).context, namespace = NAMESPACE } = options;
    const place = { root, stack, target: { context, namespace }, env };
    return (step) => rotateInCluster(step, place, Date.now());
  }
  const clients = serviceClients(stack);
  return (step) => rotationSteps[step](secretsDir, clients, Date.now());
}

async function runningRuntime({ root, stateDir }: Workspace, services: readonly { name: string }[]): Promise<Runtime> {
  const served = await Promise.all(services.map(({ name }) => findPart(stateDir, name)));
  if ((await holderOf(stateDir)) !== undefined || served.some((part) => part !== undefined)) return 'local';
  const saved = await savedRuntime(root);
  if (saved === 'compose' || saved === 'k8s') return saved;
  throw new KeelError('No local stack is running in this clone', {
    fix: './keel keys rotate --runtime=compose (or k8s), if it runs there',
  });
}
