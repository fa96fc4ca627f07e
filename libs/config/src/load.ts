import type { z } from 'zod';
import { createLiveConfig, type LiveConfig } from './live-config.ts';
import { formatProblems, readConfig, type ConfigSchema } from './read.ts';

/**
 * The configuration of a process, read once at its start. A mistake stops the process: all of them go to stderr,
 * each with the file, line and variable, and the exit code is 1.
 * @param fail what to do instead, for tests.
 */
export function loadConfig<S extends ConfigSchema>(
  schema: S,
  env: NodeJS.ProcessEnv,
  fail: (problems: string) => never = exit,
): LiveConfig<z.output<S>> {
  const result = readConfig(schema, env);
  if (result.ok) return createLiveConfig(schema, env, result.value);
  return fail(formatProblems(result.problems));
}

function exit(problems: string): never {
  console.error(`The configuration is not valid:\n${problems}`);
  process.exit(1);
}
