import { expect, it } from 'vitest';
import { BurstGatherer, type Burst } from './burst.ts';

/** A clock that is moved by hand. */
function gatherer() {
  const bursts: Burst[] = [];
  let firsts = 0;
  let now = 1000;
  let timer: { run: () => void; at: number } | undefined;
  const changes = new BurstGatherer({
    quietMs: 15,
    limitMs: 100,
    onFirst: () => (firsts += 1),
    onBurst: (burst) => bursts.push(burst),
    now: () => now,
    setTimer: (run, ms) => {
      timer = { run, at: now + ms };
      return { cancel: () => (timer = undefined) };
    },
  });
  const advance = (ms: number) => {
    now += ms;
    if (timer === undefined || timer.at > now) return;
    const { run } = timer;
    timer = undefined;
    run();
  };
  return { changes, bursts, advance, firsts: () => firsts };
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
