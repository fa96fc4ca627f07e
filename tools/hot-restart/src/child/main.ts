/**
 * The first module of every process that runs the service: prepares it, waits for its turn, then imports the service's
 * own code. Started by the runner through node:cluster.
 */
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Connections } from './connections.ts';
import { closeInspector, openInspector } from './inspector.ts';
import { ModuleRecord, recordModules } from './module-record.ts';
import { importFirst, loadTypeStripper, preload, preloadParent } from './preload.ts';
import { Termination } from './termination.ts';
import { isOurs, type FromChild, type ToChild } from '../messages.ts';

/** How soon a module is watched that the live service imports later than at its start. */
const REPORT_EVERY_MS = 1000;

const [node = '', , entry = '', ...args] = process.argv;
const record = new ModuleRecord();
const connections = new Connections((port, handle, done) => {
  // Held, or a process with nothing else left to do would end before it is sent.
  process.channel?.ref();
  process.send?.({ hotRestart: 'connection', port } satisfies FromChild, handle as never, {}, (error) => {
    done(error);
    letGo();
  });
});
const termination = new Termination((signal) => tell({ hotRestart: 'signalled', signal }));

termination.hold();
// Both may come before the service listens for them, and would kill the process then.
process.on('SIGINT', () => undefined);
let isReloadDue = false;
process.on('SIGHUP', () => (isReloadDue = process.listenerCount('SIGHUP') === 1));
// The service may have read its configuration before the change that the signal was for.
process.on('newListener', (name, listener: NodeJS.SignalsListener) => {
  if (name === 'SIGHUP' && isReloadDue) setImmediate(() => listener('SIGHUP'));
});
process.on('uncaughtExceptionMonitor', (error: unknown) => {
  tell({ hotRestart: 'failed', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
});
process.on('message', (message: unknown, handle: unknown) => {
  if (isOurs<ToChild>(message)) void obey(message, handle);
});
// A service that has drained ends itself: not before its connections have left.
const { exit } = process;
process.exit = ((code) => {
  if (!connections.isSending) exit(code);
  void connections.sent().then(() => exit(code));
}) as typeof process.exit;
recordModules(record, preloadParent);
connections.observe();
process.argv = [node, entry, ...args];

let prepared: Promise<void> = Promise.resolve();

let isWaiting = true;

async function prepare({ register, modules, forEdit }: Extract<ToChild, { hotRestart: 'prepare' }>): Promise<void> {
  if (register !== undefined) await importFirst(register, pathToFileURL(`${process.cwd()}/`).href);
  await preload(modules);
  tell({ hotRestart: 'prepared' });
  reportModules();
  if (!isWaiting || !forEdit) return;
  // What a standby has compiled is kept at once, where it delays no request; the rest when a process ends.
  flushCompileCache();
  loadTypeStripper();
}

async function obey(message: ToChild, handle: unknown): Promise<void> {
  switch (message.hotRestart) {
    case 'prepare':
      prepared = prepare(message);
      return prepared;
    case 'activate':
      isWaiting = false;
      await prepared;
      await import(pathToFileURL(entry).href);
      return;
    case 'ping':
      return tell({ hotRestart: 'pong' });
    case 'yield':
      await connections.yield();
      tell({ hotRestart: 'yielded' });
      return letGo();
    case 'end':
      return termination.end();
    case 'connection':
      return connections.take(message.port, handle);
    case 'open-inspector':
      return openInspector(message.host, message.port);
    case 'close-inspector':
      await closeInspector();
      return tell({ hotRestart: 'inspector-closed' });
    case 'live':
      reportModules();
      setInterval(reportModules, REPORT_EVERY_MS).unref();
      if (message.figure !== undefined) (await import('./telemetry.ts')).recordRestart(message.figure);
  }
}

/** From now on, a service that ends by having nothing left to do is not held by the channel. */
function letGo(): void {
  if (!connections.isSending) process.channel?.unref();
}

function reportModules(): void {
  const modules = record.report();
  if (modules !== undefined) tell({ hotRestart: 'loaded', modules });
}

function tell(message: FromChild): void {
  if (process.connected) process.send?.(message);
}
