import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { KeelError } from '../failure.ts';

/**
 * What another program prints.
 *
 * @throws KeelError with what it complained of, or that it is not on the PATH
 */
export async function outputOf(
  program: string,
  args: readonly string[],
  { env, input = '' }: { env: NodeJS.ProcessEnv; input?: string },
): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {}).end(input);
  const exited = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]).catch(
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
