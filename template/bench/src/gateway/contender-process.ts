import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, guardProcess } from '@evenkeel/local-stores';
import type { Contender, Place } from './contenders.ts';

/** A running contender. It is paused while others are measured, since its timers and exports would cost them. */
export interface ContenderProcess extends AsyncDisposable {
  pid: number;
  port: number;
  pause(): void;
  resume(): void;
  /** Stops it as a process manager would, and waits until it has exited. */
  stop(): Promise<void>;
  /** Empties its log file, which would fill the disk. */
  dropLog(): Promise<void>;
}

export interface StartOptions {
  /** What all contenders are connected with. */
  connections: Omit<Place, 'port' | 'adminPort' | 'folder' | 'configuration' | 'compileCache'>;
  /** Holds a folder for each start. */
  folder: string;
  path: string | undefined;
  /** A core for the contender alone. */
  core: string | undefined;
  /** It is ready when it responds to this with 200. */
  request: { path: string; token: string };
}

const startLimitMs = 60_000;

export async function startContender(contender: Contender, options: StartOptions): Promise<ContenderProcess> {
  const { connections, path, core, request } = options;
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const folder = join(options.folder, String(port));
  const [configuration, logFile] = [join(folder, 'configuration'), join(folder, 'log')];
  const compileCache = join(options.folder, 'compiled');
  const place = { ...connections, port, adminPort, folder, configuration, compileCache };
  await mkdir(folder);
  if (contender.configure !== undefined) await writeFile(configuration, await contender.configure(place));

  const pinned = core === undefined ? [] : ['taskset', '-c', core];
  const [program = '', ...args] = [...pinned, ...contender.command(place)];
  // Every contender logs to a file, which costs about as much as the pipe of a container runtime.
  const log = await open(logFile, 'a');
  const env = { PATH: path, ...contender.env?.(place) };
  const child = spawn(program, args, {
    cwd: contender.root ?? connections.root,
    env,
    stdio: ['ignore', log.fd, log.fd],
  });
  await Promise.all([once(child, 'spawn'), log.close()]);
  const pid = child.pid as number;
  const exited = once(child, 'exit');
  const guard = guardProcess(pid, 'TERM', 0);
  const end = async (signal: NodeJS.Signals) => {
    if (child.kill(signal)) await exited;
    guard.release();
  };
  const running: ContenderProcess = {
    ...{ pid, port },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    dropLog: () => truncate(logFile),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
  const headers = { authorization: `Bearer ${request.token}` };
  let last = 'none';
  for (
    const limit = performance.now() + startLimitMs;
    performance.now() < limit && child.exitCode === null;
    await sleep(50)
  ) {
    const response = await fetch(`http://127.0.0.1:${port}${request.path}`, { headers }).catch(() => undefined);
    if (response === undefined) continue;
    last = `${response.status} ${await response.text()}`;
    if (response.ok) return running;
  }
  await running[Symbol.asyncDispose]();
  const output = (await readFile(logFile, 'utf8')).slice(-2_000);
  throw new Error(`${contender.name} did not start. Its last response: ${last}. Its output:\n${output}`);
}
