import { expect, it } from 'vitest';
import { createFairQueue, type FairQueueOptions } from './fair-queue.ts';

/** A queue for one at a time, whose work ends when the test says so, and the names of what has begun. */
function queueUnderTest(options: Partial<FairQueueOptions> = {}) {
  let time = 0;
  const queue = createFairQueue({ parallel: 1, waitLimitMs: 1_000, expectedMs: 100, now: () => time, ...options });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    ask(name: string, client = 'someone', signal = new AbortController().signal): Promise<string> {
      const done = queue.run({ client, signal }, async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        return name;
      });
      done.catch(() => undefined);
      return done;
    },
    /** Ends what has begun first and has not ended, after `ms`. */
    async end(ms = 100): Promise<void> {
      time += ms;
      ends.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

it('begins as much as may run at once, and the next whenever something has ended', async () => {
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

it('never begins what its caller has left', async () => {
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
  const { ask } = queueUnderTest({ waitLimitMs: 300 });
  for (const name of ['a', 'b', 'c', 'd']) void ask(name);
  await expect(ask('e')).rejects.toMatchObject({ code: 'unavailable', headers: { 'retry-after': '1' } });
});

it('takes fewer when the work takes longer', async () => {
  const { ask, end } = queueUnderTest({ waitLimitMs: 1_000 });
  for (let count = 0; count < 50; count++) {
    void ask('slow');
    await end(500);
  }
  for (const name of ['a', 'b', 'c']) void ask(name);
  await expect(ask('d')).rejects.toMatchObject({ code: 'unavailable' });
});

it('makes room for a client who has less in the queue than another', async () => {
  const { ask, begun, end } = queueUnderTest({ waitLimitMs: 300 });
  const flood = ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name, 'a'));
  void ask('b1', 'b');
  await expect(flood[3]).rejects.toMatchObject({ code: 'unavailable' });
  // One more would only change places with the other.
  await expect(ask('b2', 'b')).rejects.toMatchObject({ code: 'unavailable' });
  for (let count = 0; count < 3; count++) await end();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
});

it('goes on after work that fails', async () => {
  const queue = createFairQueue({ parallel: 1, waitLimitMs: 1_000, expectedMs: 100 });
  const turn = { client: 'someone', signal: new AbortController().signal };
  const failing = queue.run(turn, () => Promise.reject(new Error('no')));
  const next = queue.run(turn, () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
