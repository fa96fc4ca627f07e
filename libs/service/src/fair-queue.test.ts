import { expect, it } from 'vitest';
import { createFairQueue, type FairQueueOptions } from './fair-queue.ts';

/** A queue for one at a time, whose work ends when the test says so, and the names of what has begun. */
function queueUnderTest(options: Partial<FairQueueOptions> = {}) {
  let time = 0;
  const queue = createFairQueue({
    name: 'test',
    parallel: 1,
    waitLimitMs: 600_000,
    expectedMs: 60_000,
    now: () => time,
    ...options,
  });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    ask(name: string, client = 'someone', signal = new AbortController().signal, first = false): Promise<string> {
      const done = queue.run({ client, signal, first }, async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        return name;
      });
      done.catch(() => undefined);
      return done;
    },
    /** Finishes the oldest running work, after `ms`. */
    async end(ms = 60_000): Promise<void> {
      time += ms;
      ends.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

it('starts as much as may run at once, and the next whenever something finishes', async () => {
  const { ask, begun, end } = queueUnderTest({ parallel: 2 });
  const first = ask('a');
  for (const name of ['b', 'c', 'd']) void ask(name);
  expect(begun).toEqual(['a', 'b']);
  await end();
  expect(await first).toBe('a');
  expect(begun).toEqual(['a', 'b', 'c']);
});

it('takes one of each client in turn', async () => {
  const { ask, begun, end } = queueUnderTest();
  for (const name of ['a1', 'a2', 'a3', 'a4']) void ask(name, 'a');
  for (const name of ['b1', 'b2']) void ask(name, 'b');
  void ask('c1', 'c');
  for (let count = 0; count < 6; count++) await end();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

it('never starts work whose caller has disconnected', async () => {
  const { ask, begun, end } = queueUnderTest();
  const leaving = new AbortController();
  const gone = new Error('gone');
  void ask('a');
  const left = ask('b', 'someone', leaving.signal);
  const other = ask('c');
  leaving.abort(gone);
  await expect(left).rejects.toBe(gone);
  await expect(ask('d', 'someone', leaving.signal)).rejects.toBe(gone);
  await end();
  await end();
  expect(await other).toBe('c');
  expect(begun).toEqual(['a', 'c']);
});

it('refuses at once what would have to wait for longer than the limit', async () => {
  const { ask } = queueUnderTest({ waitLimitMs: 180_000 });
  for (const name of ['a', 'b', 'c', 'd']) void ask(name);
  await expect(ask('e')).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '1' } });
});

it('refuses what has waited for twice the limit, when the work takes longer than before', async () => {
  const { ask, begun, end } = queueUnderTest({ waitLimitMs: 20 });
  void ask('a');
  await expect(ask('b')).rejects.toMatchObject({ code: 'unavailable' });
  void ask('c');
  await end();
  expect(begun).toEqual(['a', 'c']);
});

it('takes fewer when the work takes longer', async () => {
  const { ask, end } = queueUnderTest();
  for (let count = 0; count < 50; count++) {
    void ask('slow');
    await end(300_000);
  }
  for (const name of ['a', 'b', 'c']) void ask(name);
  await expect(ask('d')).rejects.toMatchObject({ code: 'unavailable' });
});

it('makes room for a client who has less in the queue than another', async () => {
  const { ask, begun, end } = queueUnderTest({ waitLimitMs: 180_000 });
  const flood = ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name, 'a'));
  void ask('b1', 'b');
  await expect(flood[3]).rejects.toMatchObject({ code: 'unavailable' });
  // One more would only change places with the other.
  await expect(ask('b2', 'b')).rejects.toMatchObject({ code: 'unavailable' });
  for (let count = 0; count < 3; count++) await end();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
});

it('takes those first who are to go before all others, and keeps their place', async () => {
  const { ask, begun, end } = queueUnderTest({ waitLimitMs: 180_000 });
  const { signal } = new AbortController();
  void ask('running', 'a');
  // A flood from many: each of them has no more in the queue than anybody else.
  const flood = ['b', 'c', 'd'].map((name) => ask(name, name));
  const known = ask('known', 'owner', signal, true);
  await expect(flood[0]).rejects.toMatchObject({ code: 'unavailable' });
  await expect(ask('e', 'e')).rejects.toMatchObject({ code: 'unavailable' });
  await end();
  await end();
  expect(await known).toBe('known');
  expect(begun).toEqual(['running', 'known', 'c']);
});

it('is as fair among those who go first, and makes no room for others when only they wait', async () => {
  const { ask, begun, end } = queueUnderTest({ waitLimitMs: 120_000 });
  const { signal } = new AbortController();
  void ask('running', 'a');
  const greedy = ['b1', 'b2'].map((name) => ask(name, 'b', signal, true));
  await expect(ask('d', 'd')).rejects.toMatchObject({ code: 'unavailable' });
  void ask('c1', 'c', signal, true);
  await expect(greedy[1]).rejects.toMatchObject({ code: 'unavailable' });
  for (let count = 0; count < 3; count++) await end();
  expect(begun).toEqual(['running', 'b1', 'c1']);
});

it('goes on after work that fails', async () => {
  const queue = createFairQueue({ name: 'test', parallel: 1, waitLimitMs: 600_000, expectedMs: 60_000 });
  const turn = { client: 'someone', signal: new AbortController().signal };
  const failing = queue.run(turn, () => Promise.reject(new Error('no')));
  const next = queue.run(turn, () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
