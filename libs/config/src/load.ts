import type { z } from 'zod';
import { liveConfig, type LiveConfig } from './live-config.ts';
import { formatProblems, readConfig, type ConfigSchema } from './read.ts';

/**
 * The configuration of a process, read once at its start. A mistake ends the process: all of them go to stderr,
 * each with the file, line and variable, and the exit code is 1.
 */
export function loadConfig<S extends ConfigSchema>(schema: S, env: NodeJS.ProcessEnv): LiveConfig<z.output<S>> {
  const result = readConfig(schema, env);
  if (result.ok) return liveConfig(schema, env, result.value);
  console.error(`The configuration is not valid:\n${formatProblems(result.problems)}`);
  process.exit(1);
}
