/** A process that lived this long begins anew without a wait. */
const STEADY_AFTER_MS = 10_000;
/** Of the second start in a row; the first is at once. */
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
  #isDown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CrashRestartsOptions) {
    this.#options = { now: Date.now, setTimer: setTimeout, ...options };
  }

  /** Whether the live process has ended by itself and none is live since. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** A process is live since then: milliseconds since the epoch. */
  live(since: number): void {
    this.#liveSince = since;
    this.#isDown = false;
  }

  /** The live process has ended by itself. Returns how long the next start is waited for, in ms. */
  ended(): number {
    this.#isDown = true;
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
  return count === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LAST_WAIT_MS);
}
