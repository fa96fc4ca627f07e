import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { testRedis, type TestRedis } from '../src/index.ts';

async function withClient<T>({ url, password }: TestRedis, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { password });
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

it('is a database that nobody else sees', async () => {
  const [one, other] = await Promise.all([testRedis(), testRedis()]);
  await withClient(one, (client) => client.set('key', 'mine'));
  expect(await withClient(other, (client) => client.get('key'))).toBeNull();
  expect(await withClient(one, (client) => client.get('key'))).toBe('mine');
  await Promise.all([one.close(), other.close()]);
});

it('is empty when the next one gets it', async () => {
  const urls = new Set<string>();
  for (let round = 0; round < 20; round++) {
    await using redis = await testRedis();
    urls.add(redis.url);
    expect(await withClient(redis, (client) => client.dbsize())).toBe(0);
    await withClient(redis, (client) => client.set('key', round));
  }
  // Given back each time, or there would not have been enough of them.
  expect(urls.size).toBeLessThan(16);
});
