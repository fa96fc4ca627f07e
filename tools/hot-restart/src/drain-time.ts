/** What a service takes when nobody sets them (libs/service). Milliseconds. */
export const DRAIN_DEFAULTS = { SHUTDOWN_DELAY_MS: 0, DRAIN_TIMEOUT_MS: 5_000 } as const;

/**
 * How long a service that was told to end goes on serving, at most: it still accepts for SHUTDOWN_DELAY_MS, and then
 * finishes what it has begun for DRAIN_TIMEOUT_MS. A value that is none is the service's to complain about.
 *
 * @param valueOf the value of a variable, from where the service itself finds it
 * @returns milliseconds
 */
export function drainTime(valueOf: (name: string) => string | undefined): number {
  return Object.entries(DRAIN_DEFAULTS).reduce((total, [name, byDefault]) => {
    const set = Number(valueOf(name) || Number.NaN);
    return total + (Number.isInteger(set) && set >= 0 ? set : byDefault);
  }, 0);
}
