import { join } from 'node:path';
import type { Postgres, Redis } from '@evenkeel/local-stores';
import type { Secrets } from '@evenkeel/secrets';
import { databasesOf, type Stack } from '@evenkeel/stack';
import type { StorePorts } from '../state/store-ports.ts';
import type { Workspace } from '../workspace.ts';
import { keepRunning } from './keep-running.ts';

/** The stores of a stack that run. */
export interface Stores {
  postgres?: Postgres;
  redis?: Redis;
  stop(): Promise<void>;
}

export interface StoresOptions {
  workspace: Workspace;
  stack: Stack;
  secrets: Secrets;
  ports: StorePorts;
  /** Which to start; by default all that services use. */
  only?: readonly string[];
  /** Nobody will miss the data (tests). */
  temporary: boolean;
  /** Told in one line when a start takes longer. */
  onProgress: (line: string) => void;
  /** A store takes connections, at the start and each time that it is back. */
  onReady: (store: keyof StorePorts, running: Postgres | Redis) => Promise<void>;
  /** Told what becomes of a store that ended. */
  onEvent: (store: string, text: string) => void;
  /** Ends a start that is under way. */
  signal: AbortSignal;
}

/** Starts the stores that the services use, and keeps them running on their ports. */
export async function startStores(options: StoresOptions): Promise<Stores> {
  const { workspace, stack, secrets, ports, only, temporary, onProgress, onReady, onEvent } = options;
  const { stateDir, logsDir, env } = workspace;
  const { ensureDatabase, startPostgres, startRedis } = await import('@evenkeel/local-stores');
  const isUsed = (store: string) =>
    stack.services.some(({ dependsOn, calls }) => [...dependsOn, ...calls].includes(store));
  const image = stack.backing.find(({ name }) => name === 'redis')?.image;

  const openPostgres = async (signal: AbortSignal) => {
    const password = secrets.postgresPassword;
    const log = join(logsDir, 'postgres.log');
    const dir = join(stateDir, 'postgres');
    const postgres = await startPostgres({ dir, password, port: ports.postgres, logFile: log, temporary, signal });
    try {
      for (const names of databasesOf(stack)) {
        await ensureDatabase({ adminUrl: postgres.url, password: secrets.databasePassword, ...names });
      }
    } catch (error) {
      await postgres.stop();
      throw error;
    }
    return postgres;
  };
  const openRedis = (signal: AbortSignal) =>
    startRedis({
      env,
      signal,
      image,
      temporary,
      port: ports.redis,
      password: secrets.redisPassword,
      dir: join(stateDir, 'redis'),
      logFile: join(logsDir, 'redis.log'),
      toolsDir: join(workspace.root, '.keel', 'tools'),
      onProgress,
    });

  const kept: { stop(): Promise<void> }[] = [];
  const start = async <T extends Postgres | Redis>(
    name: keyof StorePorts,
    open: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> => {
    if (only === undefined ? !isUsed(name) : !only.includes(name)) return undefined;
    const opened = async (signal: AbortSignal) => {
      const store = await open(signal);
      await onReady(name, store);
      return store;
    };
    const store = await opened(options.signal);
    kept.push(keepRunning(store, opened, (text) => onEvent(name, text)));
    return store;
  };
  const stop = async () => void (await Promise.all(kept.map((store) => store.stop())));

  const started = await Promise.allSettled([start('postgres', openPostgres), start('redis', openRedis)]);
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [postgres, redis] = started.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  return {
    ...(postgres === undefined ? {} : { postgres: postgres as Postgres }),
    ...(redis === undefined ? {} : { redis: redis as Redis }),
    stop,
  };
}
