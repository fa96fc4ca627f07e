import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer } from '@testcontainers/redis';
import { getContainerRuntimeClient } from 'testcontainers';
import { isCi } from './choose-stores.ts';
import { storeImages } from './images.ts';
import type { Stores } from './test-stores.ts';

/** Whether Testcontainers finds a Docker Engine, wherever it looks for one. */
export function engineAnswers(): Promise<boolean> {
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/**
 * Stores as containers, of the images that `services.yaml` or the variables of a mirror name. Needs a Docker Engine.
 *
 * @param env the environment of this process: Testcontainers reads its own variables there
 */
export async function startContainerStores(env: NodeJS.ProcessEnv, workspace: string): Promise<Stores> {
  const images = storeImages(await readFile(join(workspace, 'services.yaml'), 'utf8'), env);
  // Who removes the containers of a run that was killed is a container itself, of one more image that would have to be
  // pulled. A CI machine is thrown away.
  if (isCi(env)) env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const password = randomBytes(16).toString('hex');
  await using started = new AsyncDisposableStack();
  const postgres = new PostgreSqlContainer(images.postgres)
    .withUsername('postgres')
    .withPassword(password)
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']);
  const redis = new RedisContainer(images.redis).withPassword(password);
  try {
    const postgresUrl = started.use(await postgres.start()).getConnectionUri();
    const startedRedis = started.use(await redis.start());
    const redisUrl = `redis://${startedRedis.getHost()}:${String(startedRedis.getPort())}/0`;
    const stores = started.move();
    return { addresses: { postgresUrl, redisUrl, redisPassword: password }, stop: () => stores.disposeAsync() };
  } catch (cause) {
    throw new Error(
      `The stores could not be started in containers (${images.postgres}, ${images.redis}). See the cause; ` +
        'does `docker info` answer? With TEST_STORES=local they run without Docker.',
      { cause },
    );
  }
}
