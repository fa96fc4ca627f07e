import type { Stack } from '../stack.ts';
import { storePasswords, usedBy } from './connections.ts';
import { generatedSecrets } from './generated-secrets.ts';

/** What `tools/secrets/src/needed.json` says, for a container that has neither `services.yaml` nor its reader. */
export interface SecretsNeeded {
  /** The files of each container. */
  readonly containers: Readonly<Record<string, readonly string[]>>;
  /** The scopes that each client of the issuer may ask for. */
  readonly clients: Readonly<Record<string, readonly string[]>>;
}

export function secretsNeeded(stack: Stack): SecretsNeeded {
  const passwords = new Map<string, string>(Object.entries(storePasswords));
  const passwordsOf = (stores: Iterable<string>) => [...stores].flatMap((name) => passwords.get(name) ?? []);
  const containers: Record<string, readonly string[]> = {};
  for (const { name } of stack.backing) {
    containers[name] = [...(name === 'postgres' ? ['postgres_superuser_password'] : []), ...passwordsOf([name])];
  }
  for (const service of stack.services) {
    const own = service.secrets.map((id) => generatedSecrets[id].file);
    containers[service.name] = [...passwordsOf(usedBy(service)), ...own];
  }
  return { containers, clients: serviceClients(stack) };
}

/** The services that ask the issuer for service tokens, with the scopes that each may have. */
export function serviceClients(stack: Stack): Record<string, readonly string[]> {
  const clients = stack.services.filter(({ secrets }) => secrets.includes('service_client_secret'));
  return Object.fromEntries(clients.map(({ name, scopes }) => [name, scopes]));
}
