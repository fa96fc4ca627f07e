/** How fast a client has to be. */
export interface Pace {
  /** Milliseconds for which it may stand still, and over which its rate is measured. */
  idleMs: number;
  /** Bytes a second. */
  minRate: number;
}

/** Measures whether a client sends or reads fast enough, while it is the one that is waited for. */
export class PaceMeter {
  readonly #pace: Pace;
  #since: number;
  #bytes: number;

  constructor(pace: Pace, now: number, bytes = 0) {
    this.#pace = pace;
    this.#since = now;
    this.#bytes = bytes;
  }

  /**
   * Whether the client was too slow over the last `idleMs`.
   * @param bytes how many have come so far
   * @param waiting whether the client is waited for; what it does not keep waiting is not measured
   */
  isTooSlow(now: number, bytes: number, waiting: boolean): boolean {
    const { idleMs, minRate } = this.#pace;
    const elapsed = now - this.#since;
    if (waiting && elapsed < idleMs) return false;
    const tooSlow = waiting && bytes - this.#bytes < Math.max(1, (minRate * elapsed) / 1_000);
    this.#since = now;
    this.#bytes = bytes;
    return tooSlow;
  }
}
