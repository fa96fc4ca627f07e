import type { DebugSession } from './debug-session.ts';
import type { Retirement } from './retirement.ts';
import type { ServiceChild } from './service-child.ts';

/** An old process that is busy may pass its connections on as late as this after the new one is ready. */
const YIELD_LIMIT_MS = 1000;

/** Relieves replaced processes: one after the other, also when the next is replaced before the last has yielded. */
export class TakeOvers {
  readonly #debug: DebugSession;
  readonly #retirement: Retirement;
  readonly #waiting = new Set<ServiceChild>();
  #last: Promise<void> = Promise.resolve();

  constructor(debug: DebugSession, retirement: Retirement) {
    this.#debug = debug;
    this.#retirement = retirement;
  }

  /**
   * Makes `old` pass on its connections and end. Calls `onYielded` when no new request reaches it any more, and resolves
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
      if (old !== undefined) await this.#retire(old);
    })());
  }

  /** Has those end now that have not yielded yet. */
  async stop(): Promise<void> {
    await Promise.all([...this.#waiting].map((old) => this.#retire(old)));
  }

  async #retire(old: ServiceChild): Promise<void> {
    await this.#debug.closeInspector(old);
    this.#waiting.delete(old);
    void this.#retirement.retire(old);
  }
}
