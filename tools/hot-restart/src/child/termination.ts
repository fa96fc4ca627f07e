import { constants } from 'node:os';

/**
 * Holds back from the service what asks its process to terminate: SIGTERM, and SIGINT, which Ctrl-C sends to the whole
 * process group. Only the runner knows whether the process is to end, or to be replaced and to serve until then.
 */
export class Termination {
  readonly #ask: (signal: NodeJS.Signals) => void;
  readonly #emit = process.emit.bind(process) as NodeJS.EventEmitter['emit'];
  #isEnding = false;

  /** `ask` tells the runner about a signal. */
  constructor(ask: (signal: NodeJS.Signals) => void) {
    this.#ask = ask;
  }

  /** To be called before anything listens for a signal: Node takes `process.emit` as it is at the first listener. */
  hold(): void {
    process.emit = ((event: string | symbol, ...args: unknown[]) =>
      this.#holdsBack(event) || this.#emit(event, ...args)) as typeof process.emit;
  }

  /** Ends the process: the service gets its SIGTERM, once. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    // Another SIGTERM would kill it while it drains, when its only listener was added by `once`.
    process.on('SIGTERM', () => undefined);
    this.#emit('SIGTERM', 'SIGTERM', constants.signals.SIGTERM);
  }

  #holdsBack(event: string | symbol): boolean {
    if ((event !== 'SIGTERM' && event !== 'SIGINT') || !process.connected) return false;
    if (!this.#isEnding) this.#ask(event);
    return true;
  }
}
