import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { planRestart, type PlanEvent, type PlanOutcome, type Stack } from '@evenkeel/stack';
import { checkConfiguration, type ValidationRequest } from '../environment/check-configuration.ts';
import type { MergedLog } from '../log/merged-log.ts';
import { drainMsOf, serviceCommand } from '../services/service-command.ts';
import { freeStorePorts, noteStorePort } from '../state/store-ports.ts';
import type { Workspace } from '../workspace.ts';
import { createLocalServices, type LocalServices } from './local-services.ts';
import { migrate } from './migrate.ts';
import { prepare, type Prepared } from './prepare.ts';
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
  const { workspace, stack } = options;
  const prepared = await prepare(workspace, stack, await freeStorePorts(workspace.stateDir));
  const services = localServices(options, prepared);
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  let opening: Promise<Stores> | undefined;
  const end = async (reason?: unknown) => {
    ending.abort(reason);
    const stores = await opening?.catch(() => undefined);
    await services.stop();
    await stores?.stop();
  };

  try {
    await checkConfiguration(workspace, { services: configurations(workspace.root, stack, prepared) }, signal);
    opening = openStores(options, prepared, signal);
    await bringUp(options, prepared, services, opening, signal);
    return {
      services,
      stores: await opening,
      restart: (names, reason, onEvent) =>
        services.carryOut(planRestart(stack, names), reason, { timeoutMs: READY_TIMEOUT_MS, signal, onEvent }),
      stop: () => end(),
    };
  } catch (error) {
    await end(error);
    throw error;
  }
}

function localServices(
  { workspace, stack, plain, log }: LocalStackOptions,
  { environmentOf }: Prepared,
): LocalServices {
  const { root, stateDir } = workspace;
  return createLocalServices({
    stack,
    plain,
    log,
    commandFor: (service) => {
      const env = environmentOf(service);
      return serviceCommand(service, { root, stateDir, env, plain, drainMs: drainMsOf(env) });
    },
    onEnded: (name, ending) => log.say(name, `it has ended (${ending}); start it again: ./keel restart ${name}`),
  });
}

function configurations(root: string, stack: Stack, { environmentOf }: Prepared): ValidationRequest['services'] {
  return stack.services.map((service) => ({
    name: service.name,
    env: environmentOf(service),
    configFile: join(root, 'apps', service.name, 'src', 'config.ts'),
  }));
}

function openStores(
  options: LocalStackOptions,
  { secrets, storePorts }: Prepared,
  signal: AbortSignal,
): Promise<Stores> {
  const opening = startStores({
    signal,
    workspace: options.workspace,
    stack: options.stack,
    secrets,
    ports: storePorts,
    temporary: options.temporary,
    onProgress: options.onProgress,
    onReady: (store, { port }) => noteStorePort(options.workspace.stateDir, store, port),
    onEvent: (store, text) => options.log.say(store, text),
  });
  // It may fail before anybody waits for it.
  opening.catch(() => {});
  return opening;
}

async function bringUp(
  { workspace, stack, plain, log, onProgress, onLaunched }: LocalStackOptions,
  { environmentOf }: Prepared,
  services: LocalServices,
  opening: Promise<Stores>,
  signal: AbortSignal,
): Promise<void> {
  // Stores that have their data are up in a moment, if services that load do not take the processor from them.
  await Promise.race([opening.catch(() => {}), sleep(STORES_FIRST_MS, undefined, { signal })]);
  services.load();
  await onLaunched?.(services);
  onProgress(describeStores(await opening));
  for (const service of stack.services.filter(({ dependsOn }) => dependsOn.includes('postgres'))) {
    await migrate(workspace, service.name, environmentOf(service), signal);
  }
  const outcome = await services.carryOut(planRestart(stack), 'start', {
    timeoutMs: READY_TIMEOUT_MS,
    signal,
    onEvent: (event) => reportEvent(event, onProgress),
  });
  if (signal.aborted) throw signal.reason;
  if (!outcome.ok) throw startFailure(outcome, log);
  if (plain) await onLaunched?.(services);
}
