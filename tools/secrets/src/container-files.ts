import { readFile } from 'node:fs/promises';
import type { SecretName, Secrets } from './secrets.ts';

/** What each container of `docker-compose.dev.yml` finds in /run/secrets. */
const needed: Readonly<Record<string, readonly SecretName[]>> = {
  postgres: ['postgres_superuser_password', 'database_password'],
  redis: ['redis_password'],
  'api-gateway': ['redis_password'],
  'auth-service': ['redis_password', 'signing_keys.json', 'service_clients.json'],
  'user-service': ['database_password', 'service_client_secret', 'admin_password'],
};

/** The services that may ask auth-service for service tokens: those that hold the secret for it. */
export const clients = Object.keys(needed).filter((name) => needed[name]?.includes('service_client_secret'));

/** The files of each container: their names and what is in them. */
export async function filesOf(secrets: Secrets): Promise<Map<string, Map<string, string>>> {
  const containers = new Map<string, Map<string, string>>();
  for (const [container, names] of Object.entries(needed)) {
    const files = new Map<string, string>();
    for (const name of names) files.set(name, (await readFile(secrets.file(name), 'utf8')).trim());
    containers.set(container, files);
  }
  // Redis reads a password from its configuration only: on its command line everybody could see it.
  containers.get('redis')?.set('redis.conf', `requirepass ${secrets.redisPassword}`);
  return containers;
}
