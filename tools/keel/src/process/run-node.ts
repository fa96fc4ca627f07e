import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { ChildFailed } from '../failure.ts';
import { listenForStop } from './stop-signals.ts';

/** What a program printed, and how it exited. */
export interface NodeRun {
  /** `null` when a signal killed it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program under this Node to its end and collects its output.
 *
 * @param args the program and its arguments
 * @throws the error of `spawn`, or an AbortError when the signal aborts, which also kills the program
 */
export async function runNode(
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; input?: string; signal?: AbortSignal },
): Promise<NodeRun> {
  const { input = '', ...rest } = options;
  const child = spawn(process.execPath, args, { ...rest, stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that exits without reading its input says why itself.
  child.stdin.on('error', () => {}).end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs one with our own output as its own, and signals it when the signal aborts. Resolves to its exit code. */
export function runNodeThrough(
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('exit', (code) => resolve(code ?? 1));
    // It may tidy up on a signal, so wait for it.
    child.on('error', (error) => (options.signal.aborted ? undefined : reject(error)));
  });
}

/** Hands the command over to a program, which gets our signals. @throws ChildFailed with its exit code */
export async function handOver(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const code = await runNodeThrough(args, { cwd, env, signal: listenForStop().first });
  if (code !== 0) throw new ChildFailed(code);
}
