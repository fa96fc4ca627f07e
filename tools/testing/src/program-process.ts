import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from '@evenkeel/local-stores';

/** A program of a service as a process of its own. */
export interface ProgramProcess extends AsyncDisposable {
  child: ChildProcess;
  /** Resolves when it says that it is ready; rejects with its output when it ends before. */
  ready: Promise<void>;
  /** Its exit code; `null` when a signal ended it. */
  exited: Promise<number | null>;
  /** All that it has printed. */
  output(): string;
}

/** A service as a process of its own, on free ports. */
export interface ServiceProcess extends ProgramProcess {
  /** `http://127.0.0.1:port` */
  url: string;
  /** The same of its admin port. */
  admin: string;
}

/** A process that is stopped leaves what it measured; one that is killed does not. */
const STOP_MS = 5_000;
const TELEMETRY = import.meta.resolve('@evenkeel/telemetry/register');
/** Shared by all programs of a test run (global-setup.ts). */
// eslint-disable-next-line no-restricted-properties -- Node reads it from the environment
const { NODE_COMPILE_CACHE } = process.env;

/** Starts a program with telemetry, and with this environment and nothing else of ours but the compile cache. */
export function startProgram(path: string, env: Record<string, string>): ProgramProcess {
  const child = spawn(process.execPath, ['--import', TELEMETRY, path], {
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const ready = Promise.race([
    once(child, 'message').then(() => undefined),
    exited.then((code) => Promise.reject(new Error(`it exited with ${String(code)}:\n${text}`))),
  ]);
  ready.catch(() => undefined);
  return {
    child,
    ready,
    exited,
    output: () => text,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(insist);
    },
  };
}

/** Starts the main program of a service. */
export async function startService(main: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
  const [port, adminPort] = [String(await findFreePort()), String(await findFreePort())];
  const program = startProgram(main, { PORT: port, ADMIN_PORT: adminPort, ...env });
  return { ...program, url: `http://127.0.0.1:${port}`, admin: `http://127.0.0.1:${adminPort}` };
}
