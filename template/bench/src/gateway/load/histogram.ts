/** Counts durations of up to a second in steps of 10 µs, without a number kept for each. */
export class Histogram {
  readonly #counts = new Uint32Array(100_000);
  #total = 0;

  add(ms: number): void {
    const step = Math.min(Math.floor(ms * 100), this.#counts.length - 1);
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#total += 1;
  }

  /** The duration in ms that this share of all is not longer than. */
  percentile(share: number): number {
    let seen = 0;
    const step = this.#counts.findIndex((count) => (seen += count) > 0 && seen >= share * this.#total);
    return (step + 1) / 100;
  }
}
