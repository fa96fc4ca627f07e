import type { SecretName } from '@evenkeel/secrets';
import { connectionsOf, secretVariables, type Service, type Stack } from '@evenkeel/stack';
import type { StorePorts } from '../state/store-ports.ts';

/** What a service's environment is made from. */
export interface Surroundings {
  /** Of the whole stack, with its ports moved by PORT_OFFSET. */
  stack: Stack;
  stores: StorePorts;
  secretFile: (name: SecretName) => string;
  /** The environment of the tool itself. */
  inherited: NodeJS.ProcessEnv;
  /** Where `keel coverage` leaves its summary. */
  coverageSummary: string;
  /** The dotenv file at the root, and the names that it sets. */
  envFile: string;
  inEnvFile: ReadonlySet<string>;
}

/**
 * The variables of a service in the local mode. Ports, URLs and the passwords of the stores are ours to set: a PORT in
 * the user's shell must not reach all services. The rest can be set in the environment or in `.env`.
 */
export function serviceEnvironment(service: Service, around: Surroundings): NodeJS.ProcessEnv {
  const { stack, stores, secretFile, inherited, inEnvFile } = around;
  const ports = new Map([...stack.services.map(({ name, port }) => [name, port] as const), ...Object.entries(stores)]);
  const wiring: NodeJS.ProcessEnv = {
    PORT: String(service.port),
    ADMIN_PORT: String(service.adminPort),
    ...connectionsOf(stack, service, { address: (name) => `127.0.0.1:${ports.get(name)}`, secretFile }),
  };

  const isSet = (variable: string) =>
    [variable, `${variable}_FILE`].some((name) => Boolean(inherited[name]) || inEnvFile.has(name));
  // OpenTelemetry knows no `.env`.
  const defaults: NodeJS.ProcessEnv = { OTEL_SERVICE_NAME: inherited['OTEL_SERVICE_NAME'] || service.name };
  for (const [name, value] of Object.entries(secretVariables(service, secretFile))) {
    if (!isSet(name.replace(/_FILE$/, ''))) defaults[name] = value;
  }
  if (!isSet('COVERAGE_SUMMARY')) defaults['COVERAGE_SUMMARY'] = around.coverageSummary;

  // NAME wins over NAME_FILE, so a NAME in the shell would win over the file that we set.
  const overridden = new Set(Object.keys(wiring).map((name) => name.replace(/_FILE$/, '')));
  const kept = Object.entries(inherited).filter(([name]) => !overridden.has(name));
  return { ENV_FILE: around.envFile, ...Object.fromEntries(kept), ...defaults, ...wiring };
}
