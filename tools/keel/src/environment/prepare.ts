import { join, resolve } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import type { Service, Stack } from '@evenkeel/stack';
import { clientsOf, knownVariables } from './known-variables.ts';
import { ensureSecrets } from '@evenkeel/secrets';
import { serviceEnvironment } from './service-environment.ts';
import type { StorePorts } from '../state/store-ports.ts';

/**
 * Settles what must be before anything starts: the secrets, and the environment of each service.
 *
 * @param storePorts where the stores run, or will
 */
export async function prepare(
  { root, secretsDir, env }: { root: string; secretsDir: string; env: NodeJS.ProcessEnv },
  stack: Stack,
  storePorts: StorePorts,
) {
  const known = await knownVariables(root, stack);
  const secrets = await ensureSecrets(secretsDir, await clientsOf(root, stack));
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
  return { secrets, environmentOf };
}

/** As the services read it: what they take for missing must not count as set. A mistake in it is theirs to tell. */
function namesSetIn(envFile: string): Set<string> {
  try {
    return new Set(readDotenv(envFile, () => undefined).keys());
  } catch {
    return new Set();
  }
}
