import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contenders.ts';
import { askVersion } from './traffic.ts';

export interface ServiceRun extends AsyncDisposable {
  url: string;
  output(): string;
}

/** Starts the service under a contender and waits until it responds. Disposing of it stops its process group. */
export async function startService(
  contender: Contender,
  options: { folder: string; port: number; env: NodeJS.ProcessEnv },
): Promise<ServiceRun> {
  const [program, ...args] = contender.command;
  const child = spawn(program, args, {
    cwd: options.folder,
    env: { ...options.env, ...contender.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit');
  const kill = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGTERM');
    const killer = setTimeout(kill, 8000);
    await exited;
    clearTimeout(killer);
  };
  const url = `http://127.0.0.1:${options.port}/bench`;
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(50))
    if ((await askVersion(url).catch(() => undefined)) !== undefined)
      return { url, output: () => output, [Symbol.asyncDispose]: stop };
  await stop();
  throw new Error(`${contender.name}: the service did not answer within 60 s. Its last output:\n${output}`);
}
