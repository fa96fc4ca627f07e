import { execFile } from 'node:child_process';
import { addAbortListener } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SYSTEM_ENV } from './child-environment.ts';
import { explainPostgresExit } from './postgres-failure.ts';
import type { PostgresHome } from './postgres-home.ts';

export interface ProgramOptions {
  input?: string;
  /** Stops it; then it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Runs a program of PostgreSQL to its end and returns what it printed. @throws StoreError that explains its failure */
export async function runPostgresProgram(
  { binaries, data, user }: PostgresHome,
  program: 'initdb' | 'postgres',
  args: string[],
  { input = '', signal }: ProgramOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const { uid, gid } = user;
  const running = promisify(execFile)(join(binaries, 'bin', program), args, { env: SYSTEM_ENV, cwd: '/', uid, gid });
  running.child.stdin?.on('error', () => undefined).end(input);
  using _ = signal && addAbortListener(signal, () => running.child.kill());
  try {
    return (await running).stdout;
  } catch (error) {
    signal?.throwIfAborted();
    const { code, signal: endedBy, stdout, stderr } = error as Record<string, string | null | undefined>;
    const ending = endedBy ?? `exit code ${code}`;
    throw explainPostgresExit({ program, output: `${stdout ?? ''}${stderr ?? ''}`, ending, data });
  }
}
