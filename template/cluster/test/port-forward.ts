import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { namespaces } from '../src/overlay.ts';
import type { Target } from '../src/images.ts';
import { kubectl } from './cluster.ts';

/** `kubectl port-forward` to a pod, from a free port of this machine. */
export async function portForward(
  target: Target,
  to: string,
  port: number,
): Promise<AsyncDisposable & { port: number }> {
  const args = ['--namespace', namespaces[target], 'port-forward', to, `:${port}`];
  const child = spawn('kubectl', args, { env: kubectl.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const local = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (local === undefined) continue;
    child.stdout.resume();
    return {
      port: Number(local),
      async [Symbol.asyncDispose]() {
        child.kill();
        await exit;
      },
    };
  }
  throw new Error(`kubectl port-forward ${to} ended without forwarding`);
}
