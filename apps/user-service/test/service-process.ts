import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program of this service as a process of its own. */
export interface ServiceProcess extends AsyncDisposable {
  child: ChildProcess;
  /** Resolves when it says that it is ready; rejects with its output when it ends before. */
  ready: Promise<void>;
  exited: Promise<number | null>;
  output(): string;
}

const SOURCE = join(import.meta.dirname, '..', 'src');
const TELEMETRY = import.meta.resolve('@evenkeel/telemetry/register');

/** Starts `src/<program>` with this environment and nothing of ours but the PATH. */
export function startProcess(program: 'main.ts' | 'migrate.ts', env: Record<string, string>): ServiceProcess {
  const child = spawn(process.execPath, ['--import', TELEMETRY, join(SOURCE, program)], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const ready = Promise.race([
    once(child, 'message').then(() => undefined),
    exited.then((code) => Promise.reject(new Error(`it ended with ${String(code)}:\n${text}`))),
  ]);
  ready.catch(() => undefined);
  return {
    child,
    ready,
    exited,
    output: () => text,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
