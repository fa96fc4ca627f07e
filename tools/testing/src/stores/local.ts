import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@evenkeel/local-stores';
import type { Stores } from './stores.ts';

/** Stores as processes of this machine, which end with this process and leave nothing behind. */
export async function startLocalStores(env: NodeJS.ProcessEnv, workspace: string): Promise<Stores> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-test-'));
  // PostgreSQL refuses to run as root: the user that it runs as instead must be able to enter.
  await chmod(folder, 0o755);
  const password = randomBytes(16).toString('hex');
  const started = await Promise.allSettled([
    startPostgres({ dir: join(folder, 'postgres'), password, temporary: true }),
    startRedis({
      dir: join(folder, 'redis'),
      password,
      env,
      temporary: true,
      toolsDir: join(workspace, '.keel', 'tools'),
      onProgress: (line) => console.log(line),
    }),
  ]);
  const stop = async () => {
    for (const store of started) if (store.status === 'fulfilled') await store.value.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const [postgres, redis] = started;
  if (postgres.status === 'rejected' || redis.status === 'rejected') {
    await stop();
    throw started.find((store) => store.status === 'rejected')?.reason;
  }
  return {
    addresses: { postgresUrl: postgres.value.url, redisUrl: redis.value.url, redisPassword: password },
    stop,
  };
}
