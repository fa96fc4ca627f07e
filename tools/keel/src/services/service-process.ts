import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerCommand, RunnerEvent } from '@evenkeel/hot-restart';
import { endProcess, guardProcess } from '@evenkeel/local-stores';
import { liveOrFailed, untilReady } from './readiness.ts';

/** A command that runs a service, under the hot-restart runner or by itself. */
export interface ServiceCommand {
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** The runner holds the service until it is asked to start, and restarts it in place. */
  hasRunner: boolean;
  /** How long it may take to stop after SIGTERM. */
  patienceMs: number;
}

export type ServiceProcess = ReturnType<typeof startService>;

/** Starts a service: its process, and under the runner the processes below it. */
export function startService(command: ServiceCommand) {
  const child = spawn(process.execPath, command.args, {
    env: command.env,
    cwd: command.cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: a Ctrl-C in the terminal reaches us only, and a group can be killed as a whole.
    detached: true,
  });
  const pid = child.pid ?? -1;
  const events = new EventEmitter();
  child.on('message', (message: RunnerEvent) => {
    if (typeof message === 'object' && 'type' in message) events.emit(message.type, message);
  });
  // The runner exits when our IPC channel closes; a service by itself needs a signal.
  const guard = command.hasRunner || pid < 0 ? undefined : guardProcess(pid, 'TERM');
  let ending: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ending ??= error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ending ??= signal ?? `exit code ${code}`;
      guard?.release();
      resolve();
    });
  });
  const ended = exited.then(() => `it exited (${ending})`);
  const send = (message: RunnerCommand) => void (child.connected && child.send(message, () => {}));

  return {
    pid,
    output: [child.stdout, child.stderr] as [Readable, Readable],
    hasRunner: command.hasRunner,
    patienceMs: command.patienceMs,
    exited,
    /** How it exited, such as `exit code 1`; undefined while it runs. */
    ending: () => ending,
    /** Lets a held service start. */
    begin: () => send({ type: 'start' }),
    /** Restarts it in place and settles when the new code is live, or has failed. Under the runner only. */
    async restart(reason: string, outer: AbortSignal): Promise<void> {
      const live = liveOrFailed(events, outer, ended);
      send({ type: 'restart', reason });
      await live;
    },
    /** Resolves when its admin port says so; rejects with the reason when the start fails or the process exits before. */
    untilReady: (adminUrl: string, signal: AbortSignal) =>
      liveOrFailed(events, signal, ended, (live) => untilReady(adminUrl, live)),
    /** Sends SIGTERM, and SIGKILL after `patienceMs`. Resolves when it and all its children are gone. */
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      const patience = new AbortController();
      await Promise.race([exited, sleep(command.patienceMs, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      killGroup(pid);
      await exited;
    },
    /** Kills it and its children. */
    kill: () => killGroup(pid),
  };
}

function killGroup(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // the group is empty: all have exited
  }
}

/** Stops a process group that an earlier run left behind; its leader may have exited already. */
export async function endLeftoverGroup(pid: number, patienceMs: number): Promise<void> {
  await endProcess(pid, [{ signal: 'SIGTERM', waitMs: patienceMs }]);
  killGroup(pid);
}
