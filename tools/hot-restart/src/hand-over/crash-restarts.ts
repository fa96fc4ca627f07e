/** A process that lived this long begins anew without a wait. */
const STEADY_AFTER_MS = 10_000;
/** Of the second start in a row; the first is at once. */
const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 5000;

/** Starts a service again that stops by itself, later each time. */
export class CrashRestarts {
  readonly #start: () => void;
  #count = 0;
  #liveSince = 0;
  /** Whether the live process has stopped by itself and none is live since. */
  isDown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(start: () => void) {
    this.#start = start;
  }

  /** A process is live since then: milliseconds since the epoch. */
  live(since: number): void {
    this.#liveSince = since;
    this.isDown = false;
  }

  /** The live process has stopped by itself. Returns how long the next start is waited for, in ms. */
  ended(): number {
    this.isDown = true;
    if (Date.now() - this.#liveSince > STEADY_AFTER_MS) this.#count = 0;
    return waitMs(this.#count);
  }

  startLater(): void {
    this.#timer = setTimeout(this.#start, waitMs(this.#count));
    this.#count += 1;
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}

function waitMs(count: number): number {
  return count === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LAST_WAIT_MS);
}
