import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer } from '@testcontainers/redis';
import { parse } from 'yaml';
import type { Stores } from './stores.ts';

/** Stores as containers, of the images that `services.yaml` names. Needs a Docker Engine. */
export async function startContainerStores(workspace: string): Promise<Stores> {
  const images = await readImages(workspace);
  const password = randomBytes(16).toString('hex');
  const started = await Promise.allSettled([
    new PostgreSqlContainer(images.postgres)
      .withUsername('postgres')
      .withPassword(password)
      .withCommand(['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'])
      .start(),
    new RedisContainer(images.redis).withPassword(password).start(),
  ]);
  const stop = async () => {
    for (const store of started) if (store.status === 'fulfilled') await store.value.stop();
  };
  const [postgres, redis] = started;
  if (postgres.status === 'rejected' || redis.status === 'rejected') {
    await stop();
    const cause: unknown = started.find((store) => store.status === 'rejected')?.reason;
    throw new Error(
      `The stores could not be started in containers (${images.postgres}, ${images.redis}). See the cause; ` +
        'does `docker info` answer? Without TEST_STORES=containers they run without Docker.',
      { cause },
    );
  }
  const redisAddress = `${redis.value.getHost()}:${String(redis.value.getPort())}`;
  return {
    addresses: {
      postgresUrl: postgres.value.getConnectionUri(),
      redisUrl: `redis://${redisAddress}/0`,
      redisPassword: password,
    },
    stop,
  };
}

async function readImages(workspace: string): Promise<{ postgres: string; redis: string }> {
  const text = await readFile(join(workspace, 'services.yaml'), 'utf8');
  const { backing } = parse(text) as { backing: Record<'postgres' | 'redis', { image: string }> };
  return { postgres: backing.postgres.image, redis: backing.redis.image };
}
