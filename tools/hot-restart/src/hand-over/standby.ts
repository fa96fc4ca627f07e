import type { ServiceChild } from './service-child.ts';

/** How long the next standby is waited for after what has happened, in ms. */
export const FILL_AFTER_MS = {
  hold: 0,
  /** The service has its first requests. */
  firstStart: 1000,
  restart: 100,
  /** The next save may come soon. */
  failure: 50,
  /** It has begun, and may not be complete. */
  installation: 1000,
};

/** Keeps one prepared process in reserve. */
export class Standby {
  readonly #spawn: () => ServiceChild;
  readonly #enabled: boolean;
  #process: ServiceChild | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(enabled: boolean, spawn: () => ServiceChild) {
    this.#enabled = enabled;
    this.#spawn = spawn;
  }

  /** Starts one after a delay in ms, so that it does not compete with what has just become live. */
  fill(delayMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#enabled || this.#process?.alive) return;
    this.#timer = setTimeout(() => {
      this.#process = this.#spawn();
    }, delayMs);
  }

  /** Resolves when there is a process that is prepared, or that has ended while it was. */
  async prepared(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#process?.alive) this.#process = this.#spawn();
    await this.#process.prepared;
  }

  take(): ServiceChild {
    const next = this.#process ?? this.#spawn();
    this.#process = undefined;
    return next;
  }

  discard(): void {
    clearTimeout(this.#timer);
    this.#process?.signal('SIGKILL');
    this.#process = undefined;
  }
}
