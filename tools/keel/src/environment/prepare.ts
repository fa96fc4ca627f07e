import { join, resolve } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import { ensureSecrets } from '@evenkeel/secrets';
import { serviceClients, type Service, type Stack } from '@evenkeel/stack';
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
  const secrets = await ensureSecrets(secretsDir, serviceClients(stack));
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
