import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The program is killed after so many milliseconds; 10 minutes by default. */
  timeoutMs?: number;
  input?: string;
  /** Stops the program with SIGINT. */
  signal?: AbortSignal;
}

export interface Output {
  stdout: string;
  stderr: string;
}

/** Runs a program until it exits. Throws with the end of its output if the exit code is not 0. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  // eslint-disable-next-line no-restricted-properties -- what a program inherits
  const { cwd, env = process.env, timeoutMs = 600_000, input, signal } = options;
  const child = spawn(program, args, { cwd, env, timeout: timeoutMs, stdio: ['pipe', 'pipe', 'pipe'] });
  signal?.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${String(signal ?? code)}`));
  });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, failure] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (failure === undefined) return { stdout, stderr };
  throw new Error(
    `${program} ${args.join(' ')} ${failure}:\n${`${stdout}${stderr}`.trim().split('\n').slice(-25).join('\n')}`,
  );
}
