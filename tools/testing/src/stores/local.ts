import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@evenkeel/local-stores';
import type { Stores } from './test-stores.ts';

/** Stores as processes of this machine, which end with this process and leave nothing behind. */
export async function startLocalStores(env: NodeJS.ProcessEnv, workspace: string): Promise<Stores> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-test-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL refuses to run as root: the user that it runs as instead must be able to enter.
  await chmod(folder, 0o755);
  const password = randomBytes(16).toString('hex');
  const postgres = started.use(await startPostgres({ dir: join(folder, 'postgres'), password, temporary: true }));
  const toolsDir = join(workspace, '.keel', 'tools');
  const onProgress = (line: string) => console.log(line);
  const redis = started.use(
    await startRedis({ dir: join(folder, 'redis'), password, env, temporary: true, toolsDir, onProgress }),
  );
  const stores = started.move();
  return {
    addresses: { postgresUrl: postgres.url, redisUrl: redis.url, redisPassword: password },
    stop: () => stores.disposeAsync(),
  };
}
