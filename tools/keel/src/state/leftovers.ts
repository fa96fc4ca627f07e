import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { endProcess, identify } from '@evenkeel/local-stores';
import type { Stack } from '@evenkeel/stack';
import { findHolder } from '../ports/holder.ts';
import { wantedPorts, type WantedPort } from '../ports/taken-ports.ts';
import { endLeftoverGroup } from '../services/service-process.ts';
import { readRunState, removeRunState } from './run-state.ts';

/**
 * Stops what a killed keel left behind: service processes that are still draining, and the socket. (The next start
 * stops its stores.) Processes are recognised by when they started, or by the clone in their command line; a
 * stranger's that happens to have the same id is left alone.
 */
export async function clearLeftovers(root: string, stateDir: string, stack: Partial<Stack>): Promise<void> {
  const state = await readRunState(stateDir);
  if (state !== undefined) {
    await Promise.all(
      Object.values(state.services).map(async ({ pid, identity, patienceMs }) => {
        if (identity !== undefined && (await identify(pid)) === identity) await endLeftoverGroup(pid, patienceMs);
      }),
    );
    await rm(dirname(state.socket), { recursive: true, force: true });
    await removeRunState(stateDir);
  }
  await endServicesOn(root, wantedPorts(stack));
}

/** Stops services of this clone that a killed keel left on these ports. */
export async function endServicesOn(root: string, ports: readonly WantedPort[]): Promise<void> {
  const ours = [`${root}/apps/`, `${root}/tools/hot-restart/`];
  await Promise.all(
    ports.map(async ({ port }) => {
      const holder = await findHolder(port);
      if (holder === undefined || !ours.some((path) => holder.command.includes(path))) return;
      await endProcess(holder.pid, [
        { signal: 'SIGTERM', waitMs: 6_000 },
        { signal: 'SIGKILL', waitMs: 1_000 },
      ]);
    }),
  );
}
