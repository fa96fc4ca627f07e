import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeelError } from '../failure.ts';
import { runNode } from '../process/run-node.ts';
import { isKnownGood, noteKnownGood, type ConfiguredService, type Variables } from './known-good.ts';

/** A mistake in the configuration of one service; `origin` is where the value stands, `''` for the environment. */
export interface ConfigMistake {
  service: string;
  origin: string;
  variable: string;
  message: string;
}

export interface Validation {
  mistakes: ConfigMistake[];
  variables: Variables;
}

/**
 * Checks the configuration of every service with the schema that the service itself uses.
 *
 * @throws KeelError that tells all mistakes
 */
export async function checkConfiguration(
  { root, stateDir, env }: { root: string; stateDir: string; env: NodeJS.ProcessEnv },
  services: readonly ConfiguredService[],
  signal: AbortSignal,
): Promise<void> {
  if (await isKnownGood(stateDir, services)) return;
  const program = fileURLToPath(new URL('validate.ts', import.meta.url));
  const { code, stdout, stderr } = await runNode([program], { env, signal, input: JSON.stringify(services) });
  if (code !== 0) throw new KeelError(`The configuration of a service cannot be loaded:\n${stderr.trim()}`);
  const { mistakes, variables } = JSON.parse(stdout) as Validation;
  if (mistakes.length > 0) throw new KeelError(`The configuration is not valid:\n${formatMistakes(mistakes, root)}`);
  await noteKnownGood(stateDir, services, variables);
}

/** One line a mistake; one that several services share is told once, with their names. Paths are made relative. */
export function formatMistakes(mistakes: readonly ConfigMistake[], root: string): string {
  const byMistake = Map.groupBy(mistakes, ({ origin, variable, message }) => {
    const place = origin === '' ? 'environment' : relative(root, origin.replace(/:\d+$/, '')) + lineOf(origin);
    return `${place}: ${variable}: ${message}`;
  });
  return [...byMistake]
    .map(([line, same]) => `  ${line}  (${same.map(({ service }) => service).join(', ')})`)
    .join('\n');
}

function lineOf(origin: string): string {
  return /:\d+$/.exec(origin)?.[0] ?? '';
}
