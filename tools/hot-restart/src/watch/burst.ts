export interface Burst {
  paths: Set<string>;
  /** When the first of them was seen: milliseconds since the epoch. */
  since: number;
}

export interface BurstOptions {
  /** Quiet time in ms after which a burst is over. */
  quietMs: number;
  /** A burst that does not end is cut after this many ms. */
  limitMs: number;
  /** The first change of a burst was seen. */
  onFirst?(): void;
  onBurst(burst: Burst): void;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => { cancel(): void };
}

/** Gathers changes until none has come for a while: what a `git checkout` writes is one burst. */
export class BurstGatherer {
  #burst: Burst | undefined;
  #timer: { cancel(): void } | undefined;
  readonly #options: BurstOptions & { now: () => number; setTimer: typeof systemTimer };

  constructor(options: BurstOptions) {
    this.#options = { now: Date.now, setTimer: systemTimer, ...options };
  }

  /** `quietMs` is longer for what is written slowly, as by an installation. */
  add(path: string, quietMs = this.#options.quietMs): void {
    const now = this.#options.now();
    if (this.#burst === undefined) {
      this.#burst = { paths: new Set(), since: now };
      this.#options.onFirst?.();
    }
    this.#burst.paths.add(path);
    this.#timer?.cancel();
    const left = Math.max(0, this.#burst.since + this.#options.limitMs - now);
    this.#timer = this.#options.setTimer(() => this.#end(), Math.min(quietMs, left));
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#burst = undefined;
  }

  #end(): void {
    const burst = this.#burst;
    this.#burst = undefined;
    if (burst !== undefined) this.#options.onBurst(burst);
  }
}

function systemTimer(run: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(run, ms);
  return { cancel: () => clearTimeout(timer) };
}
