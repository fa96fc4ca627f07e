import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findFreePort } from './loopback-port.ts';
import { stopLeftoverRedis, spawnRedis } from './redis-process.ts';
import { findRedisProgram } from './redis-program.ts';
import { keepStore, type LocalStore, type StoreOptions } from './store.ts';

export interface RedisOptions extends StoreOptions {
  /** The environment of this process: PATH, proxies for apt, Docker's variables. */
  env: NodeJS.ProcessEnv;
  /** Where a package of the distribution is unpacked. Default: `tools` beside the data folder. */
  toolsDir?: string | undefined;
  /** The image for Docker. Default `redis:8`. */
  image?: string | undefined;
  /** Told in one line when something takes longer. */
  onProgress?: (line: string) => void;
}

/**
 * Starts the first Redis or Valkey that this machine can run, on `dir`. A server that a killed process left behind on
 * that folder is stopped first.
 *
 * @throws StoreError with its fix: no server to be had, damaged data, a full disk.
 */
export async function startRedis(options: RedisOptions): Promise<LocalStore> {
  const { env, image = 'redis:8', onProgress, signal } = options;
  const dir = resolve(options.dir);
  const toolsDir = options.toolsDir ?? join(dirname(dir), 'tools');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return keepStore('Redis', { ...options, dir }, async () => {
    const program = await findRedisProgram({ env, toolsDir, image, onProgress, signal });
    await stopLeftoverRedis(program, dir);
    const port = await findFreePort(options.port);
    const server = await spawnRedis(program, port, { ...options, dir });
    return { server, port, url: `redis://127.0.0.1:${port}/0`, description: program.description };
  });
}
