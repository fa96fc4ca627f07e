import type { DebugSession } from './debug-session.ts';
import type { ServiceChild } from './service-child.ts';

/** An old process that is busy may pass its connections on as late as this after the new one is ready. */
const YIELD_LIMIT_MS = 1000;
/** The service has the same drain limit: the time above it is for closing its pools and sending its last traces. */
const CLOSING_MS = 1_500;

/** Retires replaced processes: one after the other, also when the next is replaced before the last has yielded. */
export class TakeOvers {
  readonly #debug: DebugSession;
  readonly #drainMs: number;
  readonly #waiting = new Set<ServiceChild>();
  readonly #exits = new Set<Promise<number>>();
  #last: Promise<void> = Promise.resolve();

  constructor(debug: DebugSession, drainMs: number) {
    this.#debug = debug;
    this.#drainMs = drainMs;
  }

  /**
   * Makes `old` pass on its connections and stop. Calls `onYielded` when no new request reaches it any more, and resolves
   * when it has left the port of the inspector, after all processes before it.
   */
  relieve(old: ServiceChild | undefined, onYielded: () => void): Promise<void> {
    const before = this.#last;
    const yielded = old?.yield();
    if (old !== undefined) this.#waiting.add(old);
    return (this.#last = (async () => {
      await before;
      if (old !== undefined) await this.#debug.patiently(old, yielded, YIELD_LIMIT_MS);
      onYielded();
      if (old !== undefined) await this.#release(old);
    })());
  }

  /** Lets a process finish what it has begun, and stop. Resolves to its exit code. */
  async retire(process: ServiceChild): Promise<number> {
    const exit = process.retire(this.#drainMs + CLOSING_MS);
    this.#exits.add(exit);
    const code = await exit;
    this.#exits.delete(exit);
    return code;
  }

  /** Stops those that have not yielded yet. */
  async stop(): Promise<void> {
    await Promise.all([...this.#waiting].map((old) => this.#release(old)));
  }

  /** Resolves when the last retired process has stopped. */
  async over(): Promise<void> {
    await Promise.all(this.#exits);
  }

  async #release(old: ServiceChild): Promise<void> {
    await this.#debug.closeInspector(old);
    this.#waiting.delete(old);
    void this.retire(old);
  }
}
