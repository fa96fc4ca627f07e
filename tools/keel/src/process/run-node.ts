import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What a program said, and how it ended. */
export interface NodeRun {
  /** `null` when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program under this Node to its end and gathers what it says.
 *
 * @param args the program and its arguments
 * @throws the error of `spawn`, or an AbortError when the signal aborts, which also ends the program
 */
export async function runNode(
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; input?: string; signal?: AbortSignal },
): Promise<NodeRun> {
  const { input = '', ...rest } = options;
  const child = spawn(process.execPath, args, { ...rest, stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that ends without having read its input says why itself.
  child.stdin.on('error', () => {}).end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
