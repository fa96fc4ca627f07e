export interface BurstOptions {
  /** Quiet time in ms after which a burst is over. */
  quietMs: number;
  /** A burst that goes on is cut after this many ms. */
  limitMs: number;
  /** The first change of a burst was seen. */
  onFirst(): void;
  /** `since`: when the first change was seen, in milliseconds since the epoch. */
  onBurst(paths: ReadonlySet<string>, since: number): void;
}

/** Gathers changes until none has come for a while: what a `git checkout` writes is one burst. */
export class BurstGatherer {
  readonly #options: BurstOptions;
  #paths = new Set<string>();
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BurstOptions) {
    this.#options = options;
  }

  /** `quietMs` is longer for what is written slowly, as by an installation. */
  add(path: string, quietMs = this.#options.quietMs): void {
    const now = Date.now();
    if (this.#paths.size === 0) {
      this.#since = now;
      this.#options.onFirst();
    }
    this.#paths.add(path);
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#since + this.#options.limitMs - now);
    this.#timer = setTimeout(() => this.#end(), Math.min(quietMs, left));
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#paths = new Set();
  }

  #end(): void {
    const paths = this.#paths;
    this.#paths = new Set();
    this.#options.onBurst(paths, this.#since);
  }
}
