import { createHash, generateKeyPair, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readOrMake } from './read-or-make.ts';

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

/** Scopes by the name of the service. */
export type Clients = Readonly<Record<string, readonly string[]>>;

/**
 * Makes the secrets of the local mode that are missing, one value in each file (mode 0600). What is there stays.
 *
 * @param clients the services that ask for service tokens, with the scopes that each may have
 */
export async function ensureSecrets(folder: string, clients: Clients): Promise<Secrets> {
  const file = (name: SecretName) => join(folder, name);
  const ensure = (name: SecretName, make: () => string | Promise<string>) => readOrMake(file(name), make);
  const [postgresPassword, databasePassword, redisPassword, clientSecret] = await Promise.all([
    ensure('postgres_superuser_password', password),
    ensure('database_password', password),
    ensure('redis_password', password),
    ensure('service_client_secret', password),
    ensure('admin_password', password),
    ensure('signing_keys.json', signingKeys),
  ]);
  const known = Object.entries(clients).map(([name, scopes]) => [name, { secret: clientSecret, scopes }]);
  const expected = JSON.stringify(Object.fromEntries(known));
  if ((await ensure('service_clients.json', () => expected)) !== expected) {
    // A service or a scope was added or removed, or the secret was made anew.
    await writeFile(file('service_clients.json'), `${expected}\n`, { mode: 0o600 });
  }
  return { postgresPassword, databasePassword, redisPassword, file };
}

/** 192 random bits in 32 characters. */
function password(): string {
  return randomBytes(24).toString('base64url');
}

/** One RSA key as a private JWK, named by its thumbprint (RFC 7638). */
async function signingKeys(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  const canonical = JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n });
  const kid = createHash('sha256').update(canonical).digest('base64url');
  const key = { ...jwk, kid, use: 'sig', alg: 'RS256', key_ops: ['sign'] };
  return JSON.stringify({ active: kid, keys: [key] });
}
