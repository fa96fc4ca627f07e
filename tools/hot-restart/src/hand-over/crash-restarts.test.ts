import { expect, it } from 'vitest';
import { CrashRestarts } from './crash-restarts.ts';

/** A service whose every start crashes at once, by a clock that is moved by hand. */
function crashing() {
  let now = 1_000_000;
  let starts = 0;
  const waits: number[] = [];
  const restarts = new CrashRestarts({
    start: () => (starts += 1),
    now: () => now,
    setTimer: (run, ms) => {
      waits.push(ms);
      run();
      return undefined as unknown as NodeJS.Timeout;
    },
  });
  const live = (ms: number) => {
    restarts.live(now);
    now += ms;
    const told = restarts.ended();
    restarts.startLater();
    return told;
  };
  return { restarts, live, waits, starts: () => starts };
}

it('starts at once, then doubles the wait up to five seconds, and waits as long as it says', () => {
  const { live, waits, starts } = crashing();
  const told = Array.from({ length: 8 }, () => live(10));
  expect(told).toEqual([0, 100, 200, 400, 800, 1600, 3200, 5000]);
  expect(waits).toEqual(told);
  expect(starts()).toBe(8);
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
