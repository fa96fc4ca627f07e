import { expect, it } from 'vitest';
import { growthPerRestart, type Sample } from './trend.ts';

const COUNT = 39;

/** One sample every fifth restart, of a value in kB that is not quite the same each time. */
function samples(valueAt: (restart: number) => number): Sample[] {
  const noise = (index: number) => ((index * 7919) % 41) - 20;
  return Array.from({ length: COUNT }, (_, index) => {
    const restart = 10 + index * 5;
    return { restart, value: 6000 + valueAt(restart) + noise(index) };
  });
}

it('sees a steady leak of two kB a restart through noise ten times as large', () => {
  expect(growthPerRestart(samples((restart) => 2 * restart))).toBeCloseTo(2, 0);
});

it('sees a leak though the last sample is by chance as small as the first', () => {
  const leak = samples((restart) => 4 * restart);
  const [first] = leak;
  leak[COUNT - 1] = { restart: 200, value: first?.value ?? 0 };
  expect(growthPerRestart(leak)).toBeGreaterThan(3);
});

it.each([
  ['noise', () => 0],
  ['a warm-up', (restart: number) => 800 * (1 - Math.exp(-restart / 15))],
  ['a step', (restart: number) => (restart > 130 ? 2000 : 0)],
  ['a peak', (restart: number) => (restart === 185 ? 5000 : 0)],
])('takes %s for no growth', (_, valueAt) => {
  expect(Math.abs(growthPerRestart(samples(valueAt)))).toBeLessThan(1);
});

it('knows of no growth from less than two samples', () => {
  expect(growthPerRestart([])).toBe(0);
  expect(growthPerRestart([{ restart: 1, value: 5 }])).toBe(0);
});
