import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { inject } from 'vitest';

/** A Redis database of one test file. */
export interface TestRedis extends AsyncDisposable {
  /** With the database's number in it, and without the password. */
  url: string;
  password: string;
  /** Empties it and gives it back. */
  close(): Promise<void>;
}

/** Redis has 16 databases unless configured otherwise; number 0 keeps the list of those that are taken. */
const LAST_DATABASE = 15;
const WAIT_LIMIT_MS = 30_000;

/** Takes an empty database that no other test file uses; waits while all are taken. For suites with the global setup. */
export async function testRedis(): Promise<TestRedis> {
  const { redisUrl, redisPassword, run } = inject('stores');
  const client = new Redis(redisUrl, { password: redisPassword, db: 0 });
  const number = await lease(client, run);
  const url = new URL(redisUrl);
  url.pathname = `/${String(number)}`;
  const close = async () => {
    await client.multi().select(number).flushdb().select(0).del(leaseKey(number)).exec();
    client.disconnect();
  };
  return { url: url.href, password: redisPassword, close, [Symbol.asyncDispose]: close };
}

async function lease(client: Redis, run: string): Promise<number> {
  for (const until = performance.now() + WAIT_LIMIT_MS; performance.now() < until; await sleep(50)) {
    for (let number = 1; number <= LAST_DATABASE; number++) {
      if ((await client.set(leaseKey(number), run, 'NX')) === null) continue;
      await client.multi().select(number).flushdb().select(0).exec();
      return number;
    }
  }
  client.disconnect();
  throw new Error(`All ${String(LAST_DATABASE)} Redis databases are taken. Does a test file not close its own?`);
}

function leaseKey(number: number): string {
  return `evenkeel-test:database:${String(number)}`;
}
