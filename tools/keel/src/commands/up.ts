import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { planRestart, type Stack } from '@evenkeel/stack';
import { openControlServer } from '../control/control-server.ts';
import { checkConfiguration } from '../environment/check-configuration.ts';
import { prepare } from '../environment/prepare.ts';
import { KeelError } from '../failure.ts';
import { openMergedLog } from '../log/merged-log.ts';
import { checkPorts } from '../ports/taken-ports.ts';
import { listenForStop } from '../process/stop-signals.ts';
import { RELOADER, reloaderCommand } from '../services/reloader-command.ts';
import { serviceCommand } from '../services/service-command.ts';
import { startSidecar } from '../stack/local-sidecar.ts';
import { announce, rowsOf } from '../stack/announce.ts';
import { createLocalServices, type LocalServices } from '../stack/local-services.ts';
import { migrate } from '../stack/migrate.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { startFailure } from '../stack/start-failure.ts';
import { describeStores, startStores, type Stores } from '../stack/local-stores.ts';
import { clearLeftovers } from '../state/leftovers.ts';
import { runsAlready, takeLock } from '../state/lock.ts';
import { notePid } from '../state/pid-file.ts';
import { noteRunState, removeRunState } from '../state/run-state.ts';
import { freeStorePorts, noteStorePort } from '../state/store-ports.ts';
import type { Terminal } from '../terminal.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';

const READY_TIMEOUT_MS = 60_000;
const STORES_FIRST_MS = 250;

export interface UpOptions {
  /** Without the hot-restart runner. */
  plain: boolean;
  /** For tests: the data is thrown away. */
  temporary?: boolean;
  /** The stack stops after this; by default when it is asked to. */
  meanwhile?: (stack: Stack, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Runs the stack: all services load their modules at once, and become live wave by wave.
 *
 * @throws KeelError with all mistakes of the configuration, or with what a service said that does not start.
 */
export async function up(workspace: Workspace, terminal: Terminal, options: UpOptions): Promise<void> {
  const began = performance.now();
  const { root, stateDir, secretsDir, logsDir, env, portOffset } = workspace;
  const { plain, temporary = false, meanwhile } = options;
  const stack = await readStackFile(root, portOffset);
  let launched: LocalServices | undefined;
  const stop = listenForStop(process, () => {
    terminal.complain('keel: killing everything');
    launched?.kill();
    // The stores follow us (their guards see to it), and the next start clears the notes that stay behind.
    process.exit(1);
  });
  const signal = stop.first;
  signal.addEventListener('abort', () => terminal.print('\nStopping (Ctrl-C again to force) …'));

  try {
    // What was opened is closed in the reverse order, when a step fails as well.
    await using opened = new AsyncDisposableStack();
    opened.defer(stop.dispose);

    await makeStateFolders(workspace);
    const lock = await takeLock(stateDir);
    if ('heldBy' in lock) throw runsAlready(lock.heldBy);
    opened.defer(lock.release);
    if (lock.wasStale) await clearLeftovers(root, stateDir, stack);
    await checkPorts(stack, portOffset);

    const storePorts = await freeStorePorts(stateDir);
    const { secrets, environmentOf } = await prepare({ root, secretsDir, env }, stack, storePorts);
    const configured = stack.services.map((service) => ({
      name: service.name,
      env: environmentOf(service),
      configFile: join(root, 'apps', service.name, 'src', 'config.ts'),
    }));
    await checkConfiguration({ root, stateDir, env }, configured, signal);

    const names = [...stack.services, ...stack.backing, ...stack.sidecars].map(({ name }) => name);
    const log = await openMergedLog(terminal, names, logsDir);
    opened.defer(log.close);
    const services = createLocalServices({
      stack,
      plain,
      log,
      commandFor: (service) => serviceCommand(service, { root, stateDir, env: environmentOf(service), plain }),
      onLaunched: (name, pid) => notePid(stateDir, name, pid),
      onEnded: (name, ending) => log.say(name, `it exited (${ending}); restart it: ./keel restart ${name}`),
    });
    launched = services;
    const limits = { timeoutMs: READY_TIMEOUT_MS, signal };
    let running: Stores | undefined = undefined;
    const control = await openControlServer(async (names, reason, onReady) => {
      if (running === undefined) throw new KeelError('the stack is still starting');
      log.say('keel', `restarting ${names.join(', ')} (${reason})`);
      const outcome = await services.carryOut(planRestart(stack, names), reason, { ...limits, onReady });
      await note();
      return outcome;
    });
    const note = () => noteRunState(stateDir, { stack, socket: control.socket, services, stores: running });
    opened.defer(() => removeRunState(stateDir));
    opened.defer(control.close);

    const starting = startStores({
      ...{ workspace, stack, secrets, ports: storePorts, temporary, signal },
      onProgress: terminal.print,
      onReady: (store, { port }) => noteStorePort(stateDir, store, port),
      onEvent: log.say,
    });
    const started = starting.catch(() => undefined);
    opened.defer(async () => (await started)?.stop());
    opened.defer(services.stop);
    // Stores that have their data are up in a moment, if services that load do not take the processor from them.
    await Promise.race([started, sleep(STORES_FIRST_MS, undefined, { signal })]);
    services.load();
    await note();
    const stores = await starting;
    terminal.print(describeStores(stores));

    for (const service of stack.services.filter(({ dependsOn }) => dependsOn.includes('postgres'))) {
      await migrate({ root, stateDir }, service.name, environmentOf(service), signal);
    }

    const outcome = await services.carryOut(planRestart(stack), 'start', {
      ...limits,
      onReady: (service, ms) => void terminal.print(`${service} is ready (${Math.round(ms)} ms)`),
    });
    signal.throwIfAborted();
    if (!outcome.ok) throw startFailure(outcome, log);

    running = stores;
    await note();
    for (const sidecar of stack.sidecars.filter(({ name }) => name === RELOADER)) {
      const command = reloaderCommand(sidecar, stack.services, { root, stateDir, env, environmentOf });
      opened.defer(startSidecar(sidecar.name, command, log).stop);
    }
    const rows = rowsOf(stack, stores.running, (name) => services.processes.get(name)?.pid);
    announce(terminal, { root, stateDir, secretsDir }, rows, performance.now() - began);
    log.release();
    await (meanwhile?.(stack, signal) ?? stop.asked);
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.print('Stopped before it was up.');
    return;
  }
  terminal.print('Stopped.');
}
