import { join, resolve } from 'node:path';
import { readDotenv } from '@evenkeel/config';
import { ensureSecrets, type Secrets } from '@evenkeel/secrets';
import { serviceClients, type Service, type Stack } from '@evenkeel/stack';
import { serviceEnvironment } from '../environment/service-environment.ts';
import type { StorePorts } from '../state/store-ports.ts';
import type { Workspace } from '../workspace.ts';

/** What must be settled before anything starts. */
export interface Prepared {
  secrets: Secrets;
  /** Where the stores will be, which the environments of the services name. */
  storePorts: StorePorts;
  environmentOf: (service: Service) => NodeJS.ProcessEnv;
}

/** @param storePorts where the stores run, or will */
export async function prepare(
  { root, secretsDir, env }: Workspace,
  stack: Stack,
  storePorts: StorePorts,
): Promise<Prepared> {
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
