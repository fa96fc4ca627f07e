import { join } from 'node:path';
import { ADMIN_EMAIL } from '@evenkeel/stack';
import { runThrough } from '../process/run-through.ts';

/** Runs the acceptance suite, a program of its own, and ends it when the signal aborts. Resolves to its exit code. */
export function runAcceptanceProgram(
  root: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<number> {
  const program = join(root, 'acceptance', 'src', 'main.ts');
  return runThrough(process.execPath, [program, ...args], options.cwd, options.env, options.signal);
}

/** The variables that tell the suite who administers a stack with these secrets. */
export function administratorOf(secretsDir: string): NodeJS.ProcessEnv {
  return {
    ACCEPTANCE_ADMIN_EMAIL: ADMIN_EMAIL,
    ACCEPTANCE_ADMIN_PASSWORD_FILE: join(secretsDir, 'admin_password'),
  };
}
