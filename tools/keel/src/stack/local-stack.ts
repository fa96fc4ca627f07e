import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { planRestart, type PlanEvent, type PlanOutcome, type Service, type Stack } from '@evenkeel/stack';
import { findFreePort } from '@evenkeel/local-stores';
import { checkConfiguration } from '../environment/check-configuration.ts';
import { configFileOf, knownVariables } from '../environment/known-variables.ts';
import { ensureSecrets } from '../environment/secrets.ts';
import { serviceEnvironment } from '../environment/service-environment.ts';
import type { MergedLog } from '../log/merged-log.ts';
import { serviceCommand } from '../services/service-command.ts';
import type { Workspace } from '../workspace.ts';
import { createLocalServices, type LocalServices } from './local-services.ts';
import { migrate } from './migrate.ts';
import { describeStores, reportEvent, startFailure } from './start-report.ts';
import { startStores, type Stores } from './stores.ts';

export interface LocalStackOptions {
  workspace: Workspace;
  /** With its ports as they shall be. */
  stack: Stack;
  /** Without the hot-restart runner. */
  plain: boolean;
  /** For tests: nobody will miss the data. */
  temporary: boolean;
  /** Ports that the stores had last time; used again when they are free. */
  storePorts?: { postgres?: number | undefined; redis?: number | undefined };
  log: MergedLog;
  onProgress: (line: string) => void;
  /** Processes were started: time to note them down. */
  onLaunched?: (services: LocalServices) => Promise<void>;
  /** Ends a start that is under way. */
  signal: AbortSignal;
}

export interface LocalStack {
  readonly services: LocalServices;
  readonly stores: Stores;
  restart(names: readonly string[], reason: string, onEvent: (event: PlanEvent) => void): Promise<PlanOutcome>;
  /** Ends the services in reverse order, then the stores. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const STORES_FIRST_MS = 250;

/**
 * Starts stores, migrations and services: all services load their modules at once, and become live wave by wave.
 * What was started is ended again when something fails.
 *
 * @throws KeelError with all mistakes of the configuration, or with what a service said that does not start.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { workspace, stack, plain, log, onProgress } = options;
  const { root } = workspace;
  const known = await knownVariables(root, stack);
  const clients = stack.services.filter(({ name }) => known(name)('SERVICE_CLIENT_SECRET')).map(({ name }) => name);
  const secrets = await ensureSecrets(workspace.secretsDir, clients);
  const ports = {
    postgres: await findFreePort(options.storePorts?.postgres),
    redis: await findFreePort(options.storePorts?.redis),
  };
  const envFile = join(root, '.env');
  const inEnvFile = new Set(Object.keys(parseEnv(await readFile(envFile, 'utf8').catch(() => ''))));
  const surroundings = { stack, stores: ports, secretFile: secrets.file, inherited: workspace.env, envFile, inEnvFile };
  const environmentOf = (service: Service) =>
    serviceEnvironment(service, { ...surroundings, knows: known(service.name) });

  const services = createLocalServices({
    ...{ stack, plain, log },
    commandFor: (service) =>
      serviceCommand(service, { root, stateDir: workspace.stateDir, env: environmentOf(service), plain }),
    onEnded: (name, ending) => log.say(name, `it has ended (${ending}); start it again: ./keel restart ${name}`),
  });
  const opening = new AbortController();
  const signal = AbortSignal.any([options.signal, opening.signal]);
  let stores: Stores | undefined;
  let open: Promise<Stores> | undefined;
  const stop = async () => {
    await services.stop();
    await stores?.stop();
  };
  const running = (openStores: Stores): LocalStack => ({
    services,
    stores: openStores,
    restart: (names, reason, onEvent) =>
      services.carryOut(planRestart(stack, names), reason, { timeoutMs: READY_TIMEOUT_MS, signal, onEvent }),
    async stop() {
      opening.abort();
      await stop();
    },
  });

  try {
    const request = stack.services.map((service) => ({
      ...{ name: service.name, env: environmentOf(service), configFile: configFileOf(root, service.name) },
    }));
    await checkConfiguration(workspace, { services: request }, signal);
    open = startStores({
      ...{ workspace, stack, secrets, ports, temporary: options.temporary },
      onEvent: (store, text) => (text.startsWith('Fetching') ? onProgress(text) : log.say(store, text)),
    }).then((started) => (stores = started));
    open.catch(() => {});
    // Stores that have their data are up in a moment, if services that load do not take the processor from them.
    await Promise.race([open.catch(() => {}), sleep(STORES_FIRST_MS, undefined, { signal })]);
    services.load();
    await options.onLaunched?.(services);
    onProgress(describeStores(await open));
    for (const service of stack.services.filter(({ dependsOn }) => dependsOn.includes('postgres'))) {
      await migrate(workspace, service.name, environmentOf(service));
    }
    const outcome = await services.carryOut(planRestart(stack), 'start', {
      ...{ timeoutMs: READY_TIMEOUT_MS, signal },
      onEvent: (event) => reportEvent(event, onProgress),
    });
    if (signal.aborted) throw signal.reason;
    if (!outcome.ok) throw startFailure(outcome, log);
    if (plain) await options.onLaunched?.(services);
    return running(await open);
  } catch (error) {
    opening.abort(error);
    await open?.catch(() => {});
    await stop();
    throw error;
  }
}
