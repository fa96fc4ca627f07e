import { readFile } from 'node:fs/promises';
import type { SecretName, Secrets } from './secrets.ts';
import type { Clients } from './service-clients.ts';

/** What services.yaml says, which the image does not have. `./keel generate` writes it. */
interface Needed {
  /** What each container of `docker-compose.dev.yml` finds in /run/secrets. */
  containers: Readonly<Record<string, readonly SecretName[]>>;
  clients: Clients;
}

export const needed = JSON.parse(await readFile(new URL('needed.json', import.meta.url), 'utf8')) as Needed;

/** The files of each container: their names and what is in them. */
export async function filesOf(secrets: Secrets): Promise<Map<string, Map<string, string>>> {
  const containers = new Map<string, Map<string, string>>();
  for (const [container, names] of Object.entries(needed.containers)) {
    const files = new Map<string, string>();
    for (const name of names) files.set(name, (await readFile(secrets.file(name), 'utf8')).trim());
    containers.set(container, files);
  }
  // Redis reads a password from its configuration only: on its command line everybody could see it.
  containers.get('redis')?.set('redis.conf', `requirepass ${secrets.redisPassword}`);
  return containers;
}
