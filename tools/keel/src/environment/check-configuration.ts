import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeelError } from '../failure.ts';
import { runNode } from '../process/run-node.ts';
import { fingerprint, readJson, writeJson } from '../state/json-file.ts';

/** A service and its environment, which its configuration is to be read from. */
export interface ConfiguredService {
  name: string;
  configFile: string;
  env: NodeJS.ProcessEnv;
}

/** A mistake in the configuration of one service; `origin` is where the value stands, `''` for the environment. */
export interface ConfigMistake {
  service: string;
  origin: string;
  variable: string;
  message: string;
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
  const mistakes = JSON.parse(stdout) as ConfigMistake[];
  if (mistakes.length > 0) throw new KeelError(`The configuration is not valid:\n${formatMistakes(mistakes, root)}`);
  await noteKnownGood(stateDir, services);
}

/** One line per mistake; one that several services share is reported once, with their names. Paths are relative. */
export function formatMistakes(mistakes: readonly ConfigMistake[], root: string): string {
  const byMistake = Map.groupBy(mistakes, ({ origin, variable, message }) => {
    const place = origin === '' ? 'environment' : relative(root, origin);
    return `${place}: ${variable}: ${message}`;
  });
  return [...byMistake]
    .map(([line, same]) => `  ${line}  (${same.map(({ service }) => service).join(', ')})`)
    .join('\n');
}

const fileOf = (stateDir: string) => join(stateDir, 'cache', 'configuration.json');

/**
 * Whether exactly this configuration was found right before: loading the schemas takes a third of a second, which a
 * warm start need not spend. Should a library have changed what is right, the service itself refuses to start.
 */
export async function isKnownGood(stateDir: string, services: readonly ConfiguredService[]): Promise<boolean> {
  // A mounted folder may hold any variable: such a configuration is looked at every time.
  if (services.some(({ env }) => env['CONFIG_DIR'])) return false;
  return (await readJson(fileOf(stateDir))) === (await fingerprintOf(services));
}

export async function noteKnownGood(stateDir: string, services: readonly ConfiguredService[]): Promise<void> {
  await writeJson(fileOf(stateDir), await fingerprintOf(services));
}

/** Of all variables, whether read or not, and of the files that hold values. */
async function fingerprintOf(services: readonly ConfiguredService[]): Promise<string> {
  const parts = services.map(async ({ configFile, env }) => {
    const files = Object.keys(env).flatMap((name) => (name.endsWith('_FILE') ? [env[name] ?? ''] : []));
    const texts = [configFile, ...files].map((path) => readFile(path, 'utf8').catch(() => undefined));
    return [env, await Promise.all(texts)];
  });
  return fingerprint(await Promise.all(parts));
}
