import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@evenkeel/containers';
import { processesBelow, type ProcessRow } from './process-tree.ts';
import type { StackRun } from './stack-run.ts';

/** Proportional set sizes in MB (10^6 bytes), added up by part: a page that n processes share counts one nth each. */
export interface Memory {
  services: number;
  stores: number;
  /** keel itself, with the shells that guard its children. */
  keel: number;
  /** npm or the launcher above keel; not in the total. */
  launcher: number;
  total: number;
}

interface RunState {
  pid: number;
  services: Record<string, { pid: number }>;
  stores: Record<string, { pid: number }>;
}

/** The memory of a running stack; undefined on systems that do not report it (Linux does). */
export async function memoryOf({ pid, stateDir }: StackRun): Promise<Memory | undefined> {
  const state = JSON.parse(await readFile(join(stateDir, 'run.json'), 'utf8')) as RunState;
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as unknown as ProcessRow);
  if ((await proportionalSize(state.pid)) === undefined) return undefined;
  const sizeOf = async (roots: readonly number[]) => {
    const pids = new Set(roots.flatMap((root) => processesBelow(root, rows)));
    const sizes = await Promise.all([...pids].map(async (each) => (await proportionalSize(each)) ?? 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const services = await sizeOf(Object.values(state.services).map((each) => each.pid));
  const stores = await sizeOf(Object.values(state.stores).map((each) => each.pid));
  const total = await sizeOf([state.pid]);
  const launcher = (await sizeOf([pid])) - total;
  return { services, stores, keel: total - services - stores, launcher, total };
}

async function proportionalSize(pid: number): Promise<number | undefined> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kib = /^Pss: +(\d+)/m.exec(rollup)?.[1];
  return kib === undefined ? undefined : (Number(kib) * 1024) / 1e6;
}
