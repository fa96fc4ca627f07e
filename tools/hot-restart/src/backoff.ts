/** How long to wait before the nth start (from 0) of a process that keeps ending by itself, in ms. */
export function backoffMs(crashes: number): number {
  return Math.min(100 * 2 ** crashes, 5000);
}

/** A process that lived this long, in ms, begins anew with the shortest wait. */
export const steadyAfterMs = 10_000;
