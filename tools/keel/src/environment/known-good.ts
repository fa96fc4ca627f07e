import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint, readJson, writeJson } from '../state/json-file.ts';

/** A service and its environment, which its configuration is to be read from. */
export interface ConfiguredService {
  name: string;
  configFile: string;
  env: NodeJS.ProcessEnv;
}

/** The variables that each service's configuration reads. */
export type Variables = Record<string, readonly string[]>;

interface Stamp {
  variables: Variables;
  fingerprint: string;
}

const fileOf = (stateDir: string) => join(stateDir, 'cache', 'configuration.json');

/**
 * Whether exactly this configuration was found right before: loading the schemas takes a third of a second, which a
 * warm start need not spend. Should a library have changed what is right, the service itself refuses to start.
 */
export async function isKnownGood(stateDir: string, services: readonly ConfiguredService[]): Promise<boolean> {
  const stamp = await readJson<Stamp>(fileOf(stateDir));
  return stamp !== undefined && stamp.fingerprint === (await fingerprintOf(services, stamp.variables));
}

export async function noteKnownGood(
  stateDir: string,
  services: readonly ConfiguredService[],
  variables: Variables,
): Promise<void> {
  const stamp: Stamp = { variables, fingerprint: await fingerprintOf(services, variables) };
  await writeJson(fileOf(stateDir), stamp);
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
