import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { KeelError } from '../failure.ts';

/** What a program printed, and how it exited. */
export interface ProgramRun {
  /** `null` when a signal killed it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end and collects its output.
 *
 * @throws the error of `spawn`, or an AbortError when the signal aborts, which also kills the program
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input = '', ...options }: { env: NodeJS.ProcessEnv; cwd?: string; input?: string; signal?: AbortSignal },
): Promise<ProgramRun> {
  const child = spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that exits without reading its input says why itself.
  child.stdin.on('error', () => {}).end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/**
 * What another program prints.
 *
 * @throws KeelError with what it complained of, or that it is not on the PATH
 */
export async function outputOf(
  program: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; input?: string },
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, options).catch(
    (error: NodeJS.ErrnoException): never => {
      throw new KeelError(`${program} cannot be run`, { why: error.code ?? error.message, cause: error });
    },
  );
  if (code === 0) return stdout;
  throw new KeelError(`${[program, ...args].join(' ')} failed`, { why: stderr.trim() || `exit code ${code}` });
}

/** Runs one with our output as its own. @throws KeelError when it fails; it has said why */
export async function runThrough(
  program: string,
  args: readonly string[],
  { env, input = '' }: { env: NodeJS.ProcessEnv; input?: string },
): Promise<void> {
  const child = spawn(program, args, { env, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', () => {}).end(input);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new KeelError(`${[program, ...args].join(' ')} failed`, { why: 'it says so above' });
}
