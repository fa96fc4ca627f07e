import type { Service, Stack } from '@evenkeel/stack';
import type { SecretName } from '@evenkeel/secrets';

/** What a service's environment is made from. */
export interface Surroundings {
  /** Of the whole stack, with its ports moved by PORT_OFFSET. */
  stack: Stack;
  /** Ports of the stores that run. */
  stores: { postgres?: number; redis?: number };
  secretFile: (name: SecretName) => string;
  /** The environment of the tool itself. */
  inherited: NodeJS.ProcessEnv;
  /** Where `keel coverage` leaves its summary. */
  coverageSummary: string;
  /** The dotenv file at the root, and the names that it sets. */
  envFile: string;
  inEnvFile: ReadonlySet<string>;
  /** Whether the service's configuration knows the variable. */
  knows: (variable: string) => boolean;
}

export const ADMIN_EMAIL = 'admin@evenkeel.local';

/**
 * The variables of a service in the local mode. Ports, URLs and the passwords of the stores are ours to set: a PORT in
 * somebody's shell must not reach all services. The rest can be set in the environment or in `.env`.
 */
export function serviceEnvironment(service: Service, around: Surroundings): NodeJS.ProcessEnv {
  const { stack, stores, secretFile, inherited, inEnvFile, knows } = around;
  const uses = new Set([...service.dependsOn, ...service.calls]);
  const wiring: NodeJS.ProcessEnv = { PORT: String(service.port), ADMIN_PORT: String(service.adminPort) };
  for (const { name, port } of stack.services) {
    if (uses.has(name)) wiring[`${variableName(name)}_URL`] = `http://127.0.0.1:${port}`;
  }
  if (uses.has('postgres') && stores.postgres !== undefined) {
    const { role, database } = databaseOf(service.name);
    wiring['DATABASE_URL'] = `postgres://${role}@127.0.0.1:${stores.postgres}/${database}`;
    wiring['DATABASE_PASSWORD_FILE'] = secretFile('database_password');
  }
  if (uses.has('redis') && stores.redis !== undefined) {
    wiring['REDIS_URL'] = `redis://127.0.0.1:${stores.redis}/0`;
    wiring['REDIS_PASSWORD_FILE'] = secretFile('redis_password');
  }

  const isSet = (variable: string) =>
    [variable, `${variable}_FILE`].some((name) => Boolean(inherited[name]) || inEnvFile.has(name));
  // OpenTelemetry knows no `.env`.
  const defaults: NodeJS.ProcessEnv = { OTEL_SERVICE_NAME: inherited['OTEL_SERVICE_NAME'] || service.name };
  for (const [variable, secret] of GENERATED) {
    if (knows(variable) && !isSet(variable)) defaults[`${variable}_FILE`] = secretFile(secret);
  }
  if (!isSet('COVERAGE_SUMMARY')) defaults['COVERAGE_SUMMARY'] = around.coverageSummary;
  if (knows('ADMIN_EMAIL') && !isSet('ADMIN_EMAIL')) defaults['ADMIN_EMAIL'] = ADMIN_EMAIL;

  // NAME wins over NAME_FILE, so a NAME in the shell would win over the file that we set.
  const overridden = new Set(Object.keys(wiring).map((name) => name.replace(/_FILE$/, '')));
  const kept = Object.entries(inherited).filter(([name]) => !overridden.has(name));
  return { ENV_FILE: around.envFile, ...Object.fromEntries(kept), ...defaults, ...wiring };
}

const GENERATED: readonly (readonly [string, SecretName])[] = [
  ['SERVICE_CLIENT_SECRET', 'service_client_secret'],
  ['SERVICE_CLIENTS', 'service_clients.json'],
  ['SIGNING_KEYS', 'signing_keys.json'],
  ['ADMIN_PASSWORD', 'admin_password'],
];

/** `user-service` owns the database `users` as the role `user_service`. */
export function databaseOf(service: string): { role: string; database: string } {
  const noun = service.replace(/-service$/, '').replaceAll('-', '_');
  return { role: service.replaceAll('-', '_'), database: `${noun}s` };
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
