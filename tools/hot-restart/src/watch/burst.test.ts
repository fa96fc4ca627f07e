import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BurstGatherer } from './burst.ts';

beforeEach(() => vi.useFakeTimers({ now: 1000 }));
afterEach(() => vi.useRealTimers());

function gatherer() {
  const bursts: { paths: ReadonlySet<string>; since: number }[] = [];
  let firsts = 0;
  const changes = new BurstGatherer({
    quietMs: 15,
    limitMs: 100,
    onFirst: () => (firsts += 1),
    onBurst: (paths, since) => bursts.push({ paths, since }),
  });
  return { changes, bursts, advance: (ms: number) => vi.advanceTimersByTime(ms), firsts: () => firsts };
}

it('ends a burst when it has been quiet, and knows when it began', () => {
  const { changes, bursts, advance, firsts } = gatherer();
  changes.add('a');
  advance(10);
  changes.add('b');
  advance(14);
  expect(bursts).toEqual([]);
  advance(1);
  expect(bursts).toEqual([{ paths: new Set(['a', 'b']), since: 1000 }]);
  changes.add('c');
  advance(15);
  expect(bursts[1]).toEqual({ paths: new Set(['c']), since: 1025 });
  expect(firsts()).toBe(2);
});

it('cuts a burst that does not end', () => {
  const { changes, bursts, advance } = gatherer();
  for (let tick = 0; tick < 20; tick += 1) {
    changes.add(`file ${tick}`);
    advance(10);
  }
  expect(bursts.map((burst) => burst.since)).toEqual([1000, 1100]);
});

it('waits longer for what is written slowly', () => {
  const { changes, bursts, advance } = gatherer();
  changes.add('node_modules/a/index.js', 50);
  advance(49);
  expect(bursts).toEqual([]);
  advance(1);
  expect(bursts.length).toBe(1);
});

it('forgets a burst that is cancelled', () => {
  const { changes, bursts, advance } = gatherer();
  changes.add('a');
  changes.cancel();
  advance(1000);
  expect(bursts).toEqual([]);
});
