import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `.keel/run.json` tells about a running stack. */
export interface RunState {
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Path of the control socket. */
  socket: string;
  services: Record<string, ServiceState>;
  stores: Record<string, { pid: number; port: number; url: string }>;
}

export interface ServiceState {
  /** The process that we started: the runner, or the service itself with `--plain`. */
  pid: number;
  /** Tells this process from a later one with the same id. */
  identity: string | undefined;
  url: string;
  adminUrl: string;
  debugPort: number;
  /** How long it may take to end when it is told to. */
  patienceMs: number;
}

const fileOf = (stateDir: string) => join(stateDir, 'run.json');

/** Undefined when no stack runs or ran, or the file is unreadable. */
export async function readRunState(stateDir: string): Promise<RunState | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(stateDir), 'utf8')) as RunState;
  } catch {
    return undefined;
  }
}

/** Replaces the file as a whole, so that a reader never sees half of it. */
export async function writeRunState(stateDir: string, state: RunState): Promise<void> {
  const unfinished = `${fileOf(stateDir)}.new`;
  await writeFile(unfinished, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, fileOf(stateDir));
}

export async function removeRunState(stateDir: string): Promise<void> {
  await rm(fileOf(stateDir), { force: true });
}
