import { expect, it } from 'vitest';
import { cpuMicroseconds, microsecondsIn, residentMegabytes } from './process-usage.ts';

it('reads what this process has used', () => {
  const { user, system } = process.cpuUsage();
  // The system counts in larger steps.
  expect(cpuMicroseconds(process.pid)).toBeGreaterThan(user + system - 50_000);
  expect(cpuMicroseconds(process.pid)).toBeLessThan((user + system) * 2 + 1e6);
  const { rss } = process.memoryUsage();
  expect(residentMegabytes(process.pid) / (rss / 1e6)).toBeCloseTo(1, 0);
});

it('reads times as ps prints them', () => {
  expect(microsecondsIn('0:01.25')).toBe(1_250_000);
  expect(microsecondsIn('1:00:02.50')).toBe(3_602_500_000);
});
