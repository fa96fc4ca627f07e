import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '@evenkeel/local-stores';
import type { Stack } from '@evenkeel/stack';
import type { LocalServices } from '../stack/local-services.ts';
import type { Stores } from '../stack/local-stores.ts';
import { readJson, writeJson } from './json-file.ts';

/** What `.keel/run.json` tells about a running stack. */
export interface RunState {
  pid: number;
  /** Path of the control socket. */
  socket: string;
  services: Record<string, ServiceState>;
  stores: Record<string, { pid: number; port: number }>;
}

interface ServiceState {
  /** The process that we started: the runner, or the service itself with `--plain`. */
  pid: number;
  /** Tells this process from a later one with the same id. */
  identity: string | undefined;
  url: string;
  adminUrl: string;
  /** How long it may take to stop after SIGTERM. */
  patienceMs: number;
}

const fileOf = (stateDir: string) => join(stateDir, 'run.json');

/** Undefined when no stack runs or ran, or the file is unreadable. */
export const readRunState = (stateDir: string) => readJson<RunState>(fileOf(stateDir));

export const removeRunState = (stateDir: string) => rm(fileOf(stateDir), { force: true });

/** Notes down what runs, for other commands and for the next start should this one be killed. */
export async function noteRunState(
  stateDir: string,
  facts: { stack: Stack; socket: string; services: LocalServices; stores: Stores | undefined },
): Promise<void> {
  const { stack, socket, services, stores } = facts;
  const states = stack.services.map(async ({ name, port, adminPort }): Promise<[string, ServiceState][]> => {
    const running = services.processes.get(name);
    if (running === undefined) return [];
    const { pid, patienceMs } = running;
    const [url, adminUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`];
    return [[name, { pid, identity: await identify(pid), url, adminUrl, patienceMs }]];
  });
  const state: RunState = {
    pid: process.pid,
    socket,
    services: Object.fromEntries((await Promise.all(states)).flat()),
    // Without passwords: they stand in the secrets.
    stores: Object.fromEntries(stores?.running.map(({ name, pid, port }) => [name, { pid, port }]) ?? []),
  };
  await writeJson(fileOf(stateDir), state);
}
