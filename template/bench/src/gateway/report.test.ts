import { expect, it } from 'vitest';
import { equalName } from './contenders.ts';
import { summarize, tables, type Measured } from './report.ts';

const measured = (
  name: string,
  rounds: [requests: number, cpuUs: number, p99Ms: number][],
  failures = {},
): Measured => ({
  name,
  rounds: rounds.map(([responses, cpuUs, p99Ms]) => ({ responses, seconds: 2, cpuUs, p50Ms: 1, p99Ms, failures })),
});
const bare = measured('bare', [
  [2_000, 2e6, 2],
  [1_000, 2e6, 4],
  [4_000, 2e6, 3],
]);
const gateway = measured(
  'gateway',
  [
    [1_000, 1e6, 4],
    [800, 2e6, 4],
    [2_400, 2e6, 4.5],
  ],
  { 502: 2, 'no response': 1 },
);
const equal = { ...measured(equalName, [[500, 2e6, 4]]), version: '1.2.3' };
const context = {
  ...{ date: '2026-01-02', machine: '2 cores', redis: 'redis-server 8', cores: { contender: '1', others: '0' } },
  ...{ connections: 64, users: 1024, seconds: 2, restMegabytes: 99.6 },
};

it('compares within each round, and takes the median of the ratios', () => {
  const { ratios, busy, failed } = summarize([bare, gateway], context).results[1] ?? {};
  expect(ratios?.requestsPerSecond).toEqual({ median: 0.6, from: 0.5, to: 0.8 });
  expect(ratios?.cpuUsPerRequest).toEqual({ median: 1.25, from: 1, to: expect.closeTo(1.67, 2) });
  expect(ratios?.p99Ms).toEqual({ median: 1.5, from: 1, to: 2 });
  expect(busy).toEqual({ median: 1, from: 0.5, to: 1 });
  expect(failed).toBe(9);
});

it('prints a row for each contender, and what is said of the gateway alone', () => {
  const lines = tables(summarize([bare, gateway], context)).split('\n');
  expect(lines[0]).toBe('2 cores, 2026-01-02, redis-server 8');
  expect(lines[2]).toBe('Each contender alone on core 1, all else on 0');
  expect(lines).toContain(
    '| gateway | 500 | 0.60 (0.50 – 0.80) | 1000.0 µs | 1.25 (1.00 – 1.67) | 1.0 ms | 4.0 ms | 1.50 (1.00 – 2.00) | 100 % | 9, 502, no response |',
  );
  expect(lines.at(-1)).toBe('Memory of the gateway at rest: 100 MB');
});

it('says when no core was reserved, and how the gateway compares with the peer that does the same', () => {
  const first = ({ rounds, ...rest }: Measured) => ({ ...rest, rounds: rounds.slice(0, 1) });
  const alone = { ...context, cores: undefined, restMegabytes: undefined };
  const text = tables(summarize([first(bare), first(gateway), equal], alone));
  expect(text).toContain('No core was reserved');
  expect(text).toContain(`| ${equalName} (1.2.3) | 250 |`);
  expect(text).toMatch(/the same features, requests\/s: 2\.00 \(2\.00 – 2\.00\)$/);
});
