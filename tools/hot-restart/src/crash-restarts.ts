/** A process that lived this long begins anew with the shortest wait. */
const STEADY_AFTER_MS = 10_000;
const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 5000;

export interface CrashRestartsOptions {
  start(): void;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => NodeJS.Timeout;
}

/** Starts a service again that ends by itself, later each time. */
export class CrashRestarts {
  readonly #options: Required<CrashRestartsOptions>;
  #count = 0;
  #liveSince = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CrashRestartsOptions) {
    this.#options = { now: Date.now, setTimer: setTimeout, ...options };
  }

  /** Whether it was started again since it last lived long. */
  get isCrashing(): boolean {
    return this.#count > 0;
  }

  /** A process is live since then: milliseconds since the epoch. */
  live(since: number): void {
    this.#liveSince = since;
  }

  /** The live process has ended by itself. Returns how long the next start is waited for, in ms. */
  ended(): number {
    if (this.#options.now() - this.#liveSince > STEADY_AFTER_MS) this.#count = 0;
    return waitMs(this.#count);
  }

  startLater(): void {
    this.#timer = this.#options.setTimer(() => this.#options.start(), waitMs(this.#count));
    this.#count += 1;
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}

function waitMs(count: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** count, LAST_WAIT_MS);
}
