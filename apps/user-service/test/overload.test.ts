import { createFairQueue } from '@evenkeel/service';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredUser } from '../src/user.ts';
import { bootService, NEVER, PASSWORD, type ServiceUnderTest } from './service-under-test.ts';

// Counted, not timed: the work of a hash ends when the test says so.
let service: ServiceUnderTest;
let owner: StoredUser;
let asked: number;
let refused: number;
/** Whose hashes were begun, by their passwords. */
let begun: string[];
let ends: (() => void)[];

beforeEach(async () => {
  [asked, refused, begun, ends] = [0, 0, [], []];
  const queue = createFairQueue({ name: 'test', parallel: 1, waitLimitMs: 600_000, expectedMs: 12_000 });
  const hasher = {
    hash: () => Promise.resolve('a hash'),
    verify(password: string, _hash: string | undefined, turn: Parameters<typeof queue.run>[0]) {
      asked++;
      const verified = queue.run(turn, async () => {
        begun.push(password);
        await new Promise<void>((resolve) => ends.push(resolve));
        return password === PASSWORD;
      });
      return verified.catch((error: unknown) => {
        refused++;
        throw error;
      });
    },
  };
  service = await bootService({ hasher });
  owner = await service.addUser();
});
afterEach(() => service[Symbol.asyncDispose]());

async function signIn(address: string, password: string, signal: AbortSignal = NEVER): Promise<number> {
  const response = await fetch(`${service.url}/internal/credentials/verify`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.keys.serviceToken('credentials:verify')}`,
      'content-type': 'application/json',
      forwarded: `for=${address}`,
    },
    body: JSON.stringify({ email: owner.email, password }),
    signal,
  });
  await response.text();
  return response.status;
}

const flood = (count: number, signal?: AbortSignal) =>
  Array.from({ length: count }, () => signIn('198.51.100.1', 'a guess', signal));

it('computes no hash for callers who have disconnected, except the one in progress', async () => {
  const leaving = new AbortController();
  const left = Promise.allSettled(flood(40, leaving.signal));
  await expect.poll(() => asked).toBe(40);
  leaving.abort();
  await left;
  await expect.poll(() => refused).toBe(39);

  const next = signIn('198.51.100.2', PASSWORD);
  await expect.poll(() => asked).toBe(41);
  ends.shift()?.();
  await expect.poll(() => begun).toEqual(['a guess', PASSWORD]);
  ends.shift()?.();
  expect(await next).toBe(200);
});

it('refuses at once what is too much, and lets the owner in from another address', async () => {
  const answers = flood(200);
  await expect.poll(() => asked).toBe(200);
  // Fifty may wait, and one is under way.
  await expect.poll(() => refused).toBe(149);

  const entering = signIn('198.51.100.2', PASSWORD);
  await expect.poll(() => asked).toBe(201);
  expect(refused).toBe(150);
  for (let turn = 0; turn < 2; turn++) {
    ends.shift()?.();
    await expect.poll(() => begun.length).toBe(turn + 2);
  }
  expect(begun).toEqual(['a guess', 'a guess', PASSWORD]);
  const ending = setInterval(() => ends.shift()?.(), 1);
  expect(await entering).toBe(200);
  const counts = Map.groupBy(await Promise.all(answers), (status) => status);
  clearInterval(ending);
  expect([counts.get(401)?.length, counts.get(503)?.length]).toEqual([50, 150]);
});
