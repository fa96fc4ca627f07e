import type { Stack } from '@evenkeel/stack';
import { openControlServer } from '../control/control-server.ts';
import { KeelError } from '../failure.ts';
import { openMergedLog } from '../log/merged-log.ts';
import { checkPorts } from '../ports/check-ports.ts';
import { wantedPorts } from '../ports/taken-ports.ts';
import type { LocalServices } from '../stack/local-services.ts';
import { startLocalStack, type LocalStack } from '../stack/local-stack.ts';
import { moved, readStackFile } from '../stack/stack-file.ts';
import type { Stores } from '../stack/stores.ts';
import { clearLeftovers } from '../state/leftovers.ts';
import { noteRunState } from '../state/note-run-state.ts';
import { removeRunState } from '../state/run-state.ts';
import { takeLock } from '../state/lock.ts';
import type { Terminal } from '../terminal.ts';
import { makeStateFolders, type Workspace } from '../workspace.ts';
import { announce } from './announce.ts';
import { listenForStop } from './stop-signals.ts';

export interface UpOptions {
  /** Without the hot-restart runner. */
  plain: boolean;
}

/** Runs the stack until it is asked to end. */
export async function up(workspace: Workspace, terminal: Terminal, options: UpOptions): Promise<void> {
  const began = performance.now();
  const stack = moved(await readStackFile(workspace.root), workspace.portOffset);
  await makeStateFolders(workspace);
  const lock = await takeLock(workspace.stateDir);
  if ('heldBy' in lock) {
    throw new KeelError('The stack of this clone runs already', {
      why: `process ${lock.heldBy} runs it`,
      fix: './keel down ends it; another clone or PORT_OFFSET with KEEL_STATE_DIR runs a second one',
    });
  }
  try {
    const ports = wantedPorts(stack.services).map(({ port }) => port);
    if (lock.wasStale) await clearLeftovers(workspace.root, workspace.stateDir, ports);
    await checkPorts(stack, workspace.portOffset);
    await run(workspace, terminal, stack, options, began);
  } finally {
    await lock.release();
  }
}

async function run(
  workspace: Workspace,
  terminal: Terminal,
  stack: Stack,
  { plain }: UpOptions,
  began: number,
): Promise<void> {
  const { stateDir, logsDir } = workspace;
  const names = [...stack.services, ...stack.backing].map(({ name }) => name);
  const log = await openMergedLog({ terminal, names, logsDir, held: true });
  let launched: LocalServices | undefined;
  let running: LocalStack | undefined;
  const stop = listenForStop(process, () => {
    terminal.complain('keel: ending everything at once');
    launched?.kill();
    // The stores follow us (their guards see to it), and the next start clears the notes that stay behind.
    process.exit(1);
  });
  stop.first.addEventListener('abort', () => terminal.print('\nEnding (again to force it) …'));
  const control = await openControlServer({
    down: () => stop.request(),
    restart: async (services, reason, onEvent) => {
      if (running === undefined) throw new KeelError('the stack is still starting');
      log.say('keel', `restarting ${services.join(', ')} (${reason})`);
      const outcome = await running.restart(services, reason, onEvent);
      await note(running.services, running.stores);
      return outcome;
    },
  });
  const note = (services: LocalServices, stores?: Stores) =>
    noteRunState({ stateDir, stack, socket: control.socket, services, stores });
  try {
    running = await startLocalStack({
      workspace,
      stack,
      plain,
      log,
      temporary: false,
      signal: stop.first,
      onProgress: (line) => terminal.print(line),
      onLaunched: (services) => note((launched = services)),
    });
    await note(running.services, running.stores);
    announce(workspace, terminal, stack, running, performance.now() - began);
    log.release();
    await stop.asked;
    await running.stop();
    terminal.print('All has ended.');
  } catch (error) {
    if (!stop.first.aborted) throw error;
    terminal.print('Ended before it was up.');
  } finally {
    stop.dispose();
    log.close();
    await control.close();
    await removeRunState(stateDir);
  }
}
