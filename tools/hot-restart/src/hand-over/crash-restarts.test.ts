import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CrashRestarts } from './crash-restarts.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A service whose every start crashes. */
function crashing() {
  let startedAt: number | undefined;
  const waits: (number | undefined)[] = [];
  const restarts = new CrashRestarts(() => (startedAt = Date.now()));
  /** A life of so many milliseconds. Returns how long the wait for the next is said to be. */
  const live = (ms: number) => {
    restarts.live(Date.now());
    vi.advanceTimersByTime(ms);
    const told = restarts.ended();
    const crashedAt = Date.now();
    startedAt = undefined;
    restarts.startLater();
    vi.advanceTimersToNextTimer();
    waits.push(startedAt === undefined ? undefined : startedAt - crashedAt);
    return told;
  };
  return { restarts, live, waits };
}

it('starts at once, then doubles the wait up to five seconds, and waits as long as it says', () => {
  const { live, waits } = crashing();
  const told = Array.from({ length: 8 }, () => live(10));
  expect(told).toEqual([0, 100, 200, 400, 800, 1600, 3200, 5000]);
  expect(waits).toEqual(told);
});

it('begins anew after a process that lived for more than ten seconds', () => {
  const { live } = crashing();
  expect([live(10), live(10_000), live(10_001), live(10)]).toEqual([0, 100, 0, 100]);
});

it('knows that the service is down until a process is live again', () => {
  const { restarts, live } = crashing();
  expect(restarts.isDown).toBe(false);
  live(10);
  expect(restarts.isDown).toBe(true);
  restarts.live(0);
  expect(restarts.isDown).toBe(false);
});
