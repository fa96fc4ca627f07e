import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { namespaces } from '../src/overlay.ts';
import type { Target } from '../src/images.ts';
import { kubectl } from './cluster.ts';

/**
 * `kubectl port-forward` to a pod, from a free port of this machine. kubectl exits with the first connection that the
 * pod refuses, as an inspector does between two processes of its service: it is started again on the same port.
 */
export async function portForward(
  target: Target,
  to: string,
  port: number,
): Promise<AsyncDisposable & { port: number }> {
  const forward = (local: number | '') => {
    const args = ['--namespace', namespaces[target], 'port-forward', to, `${local}:${port}`];
    return spawn('kubectl', args, { env: kubectl.env, stdio: ['ignore', 'pipe', 'inherit'] });
  };
  let child = forward('');
  const local = await localPort(child);
  let disposed = false;
  const keptUp = (async () => {
    for (;;) {
      await once(child, 'exit');
      if (disposed) return;
      child = forward(local);
      child.stdout.resume();
    }
  })();
  return {
    port: local,
    async [Symbol.asyncDispose]() {
      disposed = true;
      child.kill();
      await keptUp;
    },
  };
}

async function localPort({ stdout }: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<number> {
  for await (const line of createInterface(stdout)) {
    const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    stdout.resume();
    return Number(port);
  }
  throw new Error('kubectl port-forward ended without forwarding');
}
