import { join, resolve } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import type { Service, Stack } from '@evenkeel/stack';
import { findFreePort } from '@evenkeel/local-stores';
import { knownVariables } from '../environment/known-variables.ts';
import { ensureSecrets, type Secrets } from '../environment/secrets.ts';
import { serviceEnvironment } from '../environment/service-environment.ts';
import type { Workspace } from '../workspace.ts';

/** What must be settled before anything starts. */
export interface Prepared {
  secrets: Secrets;
  /** Where the stores will be, which the environments of the services name. */
  storePorts: { postgres: number; redis: number };
  environmentOf: (service: Service) => NodeJS.ProcessEnv;
}

/** @param lastPorts those that the stores had last time; used again when they are free */
export async function prepare(
  { root, secretsDir, env }: Workspace,
  stack: Stack,
  lastPorts: { postgres?: number | undefined; redis?: number | undefined } = {},
): Promise<Prepared> {
  const known = await knownVariables(root, stack);
  const clients = stack.services.filter(({ name }) => known(name)('SERVICE_CLIENT_SECRET')).map(({ name }) => name);
  const secrets = await ensureSecrets(secretsDir, clients);
  const storePorts = {
    postgres: await findFreePort(lastPorts.postgres),
    redis: await findFreePort(lastPorts.redis),
  };
  const envFile = resolve(root, env['ENV_FILE'] || '.env');
  const inEnvFile = namesSetIn(envFile);
  const environmentOf = (service: Service) =>
    serviceEnvironment(service, {
      stack,
      stores: storePorts,
      secretFile: secrets.file,
      inherited: env,
      coverageSummary: join(root, 'coverage', 'coverage-summary.json'),
      envFile,
      inEnvFile,
      knows: known(service.name),
    });
  return { secrets, storePorts, environmentOf };
}

/** As the services read it: what they take for missing must not count as set. A mistake in it is theirs to tell. */
function namesSetIn(envFile: string): Set<string> {
  try {
    return new Set(readDotenv(envFile, () => undefined).keys());
  } catch {
    return new Set();
  }
}
