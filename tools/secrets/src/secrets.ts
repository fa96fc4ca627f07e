import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOrMake } from './read-or-make.ts';
import { replaceFile } from './replace-file.ts';
import { clientsAsText, secretsIn, type Clients } from './service-clients.ts';
import { makeSigningKey } from './signing-key.ts';

/** The value and the file of each generated secret. */
export interface Secrets {
  postgresPassword: string;
  databasePassword: string;
  redisPassword: string;
  /** Path of the file that holds a secret. */
  file(name: SecretName): string;
}

export type SecretName =
  | 'postgres_superuser_password'
  | 'database_password'
  | 'redis_password'
  | 'service_client_secret'
  | 'service_clients.json'
  | 'signing_keys.json'
  | 'admin_password';

/**
 * Makes the secrets of the local mode that are missing, one value in each file (mode 0600). What is there stays.
 *
 * @param clients the services that ask for service tokens, with the scopes that each may have
 */
export async function ensureSecrets(folder: string, clients: Clients): Promise<Secrets> {
  const file = (name: SecretName) => join(folder, name);
  const ensure = (name: SecretName, make: () => string | Promise<string>) => readOrMake(file(name), make);
  const [postgresPassword, databasePassword, redisPassword, clientSecret] = await Promise.all([
    ensure('postgres_superuser_password', makePassword),
    ensure('database_password', makePassword),
    ensure('redis_password', makePassword),
    ensure('service_client_secret', makePassword),
    ensure('admin_password', makePassword),
    ensure('signing_keys.json', firstKeySet),
  ]);
  const present = await ensure('service_clients.json', () => clientsAsText(clients, [clientSecret]));
  // During a rotation others are accepted as well.
  const accepted = secretsIn(present);
  const expected = clientsAsText(clients, accepted.includes(clientSecret) ? accepted : [clientSecret]);
  // A service or a scope was added or removed, or the secret was made anew.
  if (present !== expected) await replaceFile(file('service_clients.json'), expected);
  return { postgresPassword, databasePassword, redisPassword, file };
}

/** 192 random bits in 32 characters. */
export function makePassword(): string {
  return randomBytes(24).toString('base64url');
}

async function firstKeySet(): Promise<string> {
  const key = await makeSigningKey();
  return JSON.stringify({ active: key.kid, keys: [key] });
}
