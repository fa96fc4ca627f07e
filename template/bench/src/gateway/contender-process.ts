import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardProcess } from '@evenkeel/local-stores';
import type { Contender, Place } from './contenders.ts';
import { changedRoutes } from './routes.ts';

/** A contender that runs. It is paused while others are measured: what it has left to do would cost them. */
export interface ContenderProcess extends AsyncDisposable {
  pid: number;
  port: number;
  pause(): void;
  resume(): void;
  /** Empties the file that its log goes to, which would fill the disk. */
  dropLog(): Promise<void>;
}

export interface StartOptions {
  /** Where it runs: the root of the clone. */
  root: string;
  /** For its files. */
  folder: string;
  path: string | undefined;
  /** Its core, if there is one for it alone. */
  core: string | undefined;
  /** What it must respond to with 200 before it is measured. */
  request: { path: string; token: string };
}

const startLimitMs = 30_000;

export async function startContender(
  contender: Contender,
  place: Place,
  { root, folder, path, core, request }: StartOptions,
): Promise<ContenderProcess> {
  const file = (ending: string) => join(folder, `${contender.name.replaceAll(/\W+/g, '-')}.${ending}`);
  const env = { PATH: path, ...contender.env?.(place) };
  if (contender.changeRoute !== undefined) {
    await writeFile(
      file('yaml'),
      await changedRoutes(join(root, 'apps/api-gateway/routes.yaml'), contender.changeRoute),
    );
    Object.assign(env, { ROUTES_FILE: file('yaml') });
  }
  const pinned = core === undefined ? [] : ['taskset', '-c', core];
  const [program = '', ...args] = [...pinned, ...contender.command(place)];
  // The same for all of them. To write to a file costs about what it costs to write to the pipe of a container's runtime.
  const log = await open(file('log'), 'a');
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', log.fd, log.fd] });
  await Promise.all([once(child, 'spawn'), log.close()]);
  const exited = once(child, 'exit');
  const pid = child.pid as number;
  const guard = guardProcess(pid, 'TERM', 0);
  const running: ContenderProcess = {
    ...{ pid, port: place.port },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    dropLog: () => truncate(file('log')),
    async [Symbol.asyncDispose]() {
      if (child.kill('SIGKILL')) await exited;
      guard.release();
    },
  };
  const url = `http://127.0.0.1:${place.port}${request.path}`;
  const headers = { authorization: `Bearer ${request.token}` };
  let last = 'no response';
  for (
    const end = performance.now() + startLimitMs;
    performance.now() < end && child.exitCode === null;
    await sleep(50)
  ) {
    const response = await fetch(url, { headers }).catch(() => undefined);
    if (response?.status === 200) return running;
    if (response !== undefined) last = `${response.status} ${await response.text()}`;
  }
  await running[Symbol.asyncDispose]();
  const output = (await readFile(file('log'), 'utf8')).slice(-2_000);
  throw new Error(`${contender.name} did not start. Its last response: ${last}. Its output:\n${output}`);
}
