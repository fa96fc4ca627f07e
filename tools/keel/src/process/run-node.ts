import { spawn } from 'node:child_process';
import { ChildFailed } from '../failure.ts';
import { runProgram, type ProgramRun } from './run-program.ts';
import { listenForStop } from './stop-signals.ts';

/** Runs a program under this Node to its end, as runProgram does. @param args the program and its arguments */
export function runNode(args: readonly string[], options: Parameters<typeof runProgram>[2]): Promise<ProgramRun> {
  return runProgram(process.execPath, args, options);
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
