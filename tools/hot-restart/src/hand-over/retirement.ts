import type { ServiceChild } from './service-child.ts';

/** The service has the same drain limit: the time above it is for closing its pools and sending its last traces. */
const CLOSING_MS = 1_500;

/** Lets replaced processes finish what they have begun, and knows when the last has ended. */
export class Retirement {
  readonly #limitMs: number;
  readonly #exits = new Set<Promise<number>>();

  constructor(drainMs: number) {
    this.#limitMs = drainMs + CLOSING_MS;
  }

  /** Resolves to its exit code. */
  async retire(process: ServiceChild): Promise<number> {
    const exit = process.retire(this.#limitMs);
    this.#exits.add(exit);
    const code = await exit;
    this.#exits.delete(exit);
    return code;
  }

  async over(): Promise<void> {
    await Promise.all(this.#exits);
  }
}
