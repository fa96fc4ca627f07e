import type { Worker } from 'node:cluster';
import { EventEmitter, once } from 'node:events';
import { constants } from 'node:os';
import { isOurs, type FromChild, type LoadedModules, type ModuleRequest, type ToChild } from '../messages.ts';

export interface ServiceChildEvents {
  onLoaded(modules: LoadedModules): void;
  /** A connection for whichever process is live; the receiver closes it. */
  onConnection(port: number, handle: unknown): void;
  /** It got a SIGTERM that was not the runner's, and keeps serving. */
  onSignal(signal: NodeJS.Signals): void;
  onExit(code: number): void;
}

type Reply = FromChild['hotRestart'] | 'ready';

/** One process of the service, from its preparation to its end. Everything after its end is a no-op. */
export class ServiceChild {
  readonly #worker: Worker;
  readonly #replies = new EventEmitter();
  readonly exited: Promise<number>;
  /** Resolves when it has loaded what comes before the service's own code, or has ended. */
  prepared: Promise<unknown> = Promise.resolve();
  /** What it said it died of. */
  failure: string | undefined;
  alive = true;
  #isRetiring = false;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(worker: Worker, events: ServiceChildEvents) {
    this.#worker = worker;
    // Many may wait for the same reply, as when saves ask a process that is paused.
    this.#replies.setMaxListeners(0);
    worker.on('message', (message: unknown, handle: unknown) => {
      if (message === 'ready') this.#replies.emit('ready');
      if (!isOurs<FromChild>(message)) return;
      this.#replies.emit(message.hotRestart);
      if (message.hotRestart === 'loaded') events.onLoaded(message.modules);
      if (message.hotRestart === 'connection') events.onConnection(message.port, handle);
      if (message.hotRestart === 'signalled') {
        if (this.#isRetiring) this.tell({ hotRestart: 'end' });
        else events.onSignal(message.signal);
      }
      if (message.hotRestart === 'failed') this.failure = message.message;
    });
    // Writing to a process that has just ended is not an error here: its exit tells.
    worker.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code, signal) => {
        this.alive = false;
        clearTimeout(this.#killTimer);
        const status = signal ? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0) : code;
        events.onExit(status);
        resolve(status);
      });
    });
  }

  get pid(): number {
    return this.#worker.process.pid ?? 0;
  }

  prepare(register: string | undefined, modules: ModuleRequest[], forEdit: boolean): void {
    this.prepared = this.#ask({ hotRestart: 'prepare', register, modules, forEdit }, 'prepared');
  }

  /** Imports the service's own code. True once it says that it is ready, false when it ends first or the limit is over. */
  async activate(limitMs: number): Promise<boolean> {
    return (await this.#ask({ hotRestart: 'activate' }, 'ready', limitMs)) && this.alive;
  }

  /** Resolves to true when it answers, or has ended: while it is paused or busy, it does neither. */
  ping(): Promise<boolean> {
    return this.#ask({ hotRestart: 'ping' }, 'pong');
  }

  /** Makes it pass on its idle connections, and from now on each new one. */
  yield(): Promise<boolean> {
    return this.#ask({ hotRestart: 'yield' }, 'yielded');
  }

  closeInspector(limitMs: number): Promise<boolean> {
    return this.#ask({ hotRestart: 'close-inspector' }, 'inspector-closed', limitMs);
  }

  tell(message: ToChild, handle?: unknown, sent?: () => void): void {
    if (!this.alive || !this.#worker.isConnected()) return sent?.();
    this.#worker.process.send(message, handle as never, { swallowErrors: true } as never, () => sent?.());
  }

  signal(name: NodeJS.Signals): void {
    if (this.alive) this.#worker.process.kill(name);
  }

  /** Lets it finish what it has begun and end; after the limit it is killed. */
  retire(drainMs: number): Promise<number> {
    this.#isRetiring = true;
    this.signal('SIGTERM');
    if (this.alive) this.#killTimer ??= setTimeout(() => this.signal('SIGKILL'), drainMs);
    return this.exited;
  }

  /** Resolves to true at the reply or when the process has stopped, to false after the limit. */
  async #ask(message: ToChild, reply: Reply, limitMs?: number): Promise<boolean> {
    this.tell(message);
    if (!this.alive) return true;
    const limit = new AbortController();
    const timer = limitMs === undefined ? undefined : setTimeout(() => limit.abort(), limitMs);
    const replied = once(this.#replies, reply, { signal: limit.signal });
    return Promise.race([replied, this.exited])
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        clearTimeout(timer);
        limit.abort();
      });
  }
}
