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

/** The variables that each service's configuration reads. */
type Variables = Record<string, readonly string[]>;

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
  const stamp = await readJson<{ variables: Variables; fingerprint: string }>(fileOf(stateDir));
  return stamp !== undefined && stamp.fingerprint === (await fingerprintOf(services, stamp.variables));
}

export async function noteKnownGood(
  stateDir: string,
  services: readonly ConfiguredService[],
  variables: Variables,
): Promise<void> {
  await writeJson(fileOf(stateDir), { variables, fingerprint: await fingerprintOf(services, variables) });
}

async function fingerprintOf(services: readonly ConfiguredService[], variables: Variables): Promise<string> {
  const parts = services.map(async ({ name, configFile, env }) => {
    const sources = [
      configFile,
      env['ENV_FILE'],
      ...(variables[name] ?? []).map((variable) => env[`${variable}_FILE`]),
    ];
    const values = ['CONFIG_DIR', ...(variables[name] ?? [])].map((variable) => env[variable]);
    return [name, values, await Promise.all(sources.map(textOf))];
  });
  // A mounted folder may hold any variable: such a configuration is looked at every time.
  const mounted = services.some(({ env }) => env['CONFIG_DIR']) ? performance.now() : 0;
  return fingerprint([mounted, await Promise.all(parts)]);
}

async function textOf(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readFile(path, 'utf8').catch(() => undefined);
}
