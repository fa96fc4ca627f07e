import { expect, it } from 'vitest';
import { keepRunning } from './keep-running.ts';

function fakeStore() {
  const { promise: exited, resolve: end } = Promise.withResolvers<void>();
  const store = { exited, end, stops: 0, stop: () => Promise.resolve(void ((store.stops += 1), end())) };
  return store;
}

/** What was reported, and a wait for a line of it. */
function reports() {
  const lines: string[] = [];
  const until = async (line: string) => {
    while (!lines.includes(line)) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { lines, until, report: (line: string) => void lines.push(line) };
}

it('restarts a store that exited, and stops the one that runs', async () => {
  const { lines, until, report } = reports();
  const [first, second] = [fakeStore(), fakeStore()];
  const kept = keepRunning(first, () => Promise.resolve(second), report, [0]);
  first.end();
  await until('it is running again');
  await kept.stop();
  expect(lines).toEqual(['it exited; restarting it', 'it is running again']);
  expect([first.stops, second.stops]).toEqual([0, 1]);
});

it('stops retrying after the last attempt, and says so', async () => {
  const { lines, until, report } = reports();
  const first = fakeStore();
  const kept = keepRunning(first, () => Promise.reject(new Error('no space')), report, [0, 0]);
  first.end();
  await until('it stays down; stop the stack (./keel down) and start it again');
  expect(lines.filter((line) => line === 'no space')).toHaveLength(2);
  await kept.stop();
});

it('stops a store that is still restarting when the stack stops', async () => {
  const { until, report } = reports();
  const [first, second] = [fakeStore(), fakeStore()];
  const opening = Promise.withResolvers<typeof second>();
  const open = () => (report('opening'), opening.promise);
  const kept = keepRunning(first, open, report, [0]);
  first.end();
  await until('opening');
  const stopped = kept.stop();
  opening.resolve(second);
  await stopped;
  // The first has exited: what it would clear away belongs to the second by now.
  expect([first.stops, second.stops]).toEqual([0, 1]);
});
