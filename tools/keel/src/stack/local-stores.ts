import { join } from 'node:path';
import type { LocalStore } from '@evenkeel/local-stores';
import type { Secrets } from '@evenkeel/secrets';
import { databasesOf, type Stack } from '@evenkeel/stack';
import type { StorePorts } from '../state/store-ports.ts';
import { keepRunning } from './keep-running.ts';

/** The stores of a stack that run. */
export interface Stores {
  readonly running: readonly RunningStore[];
  stop(): Promise<void>;
}

export interface RunningStore {
  name: keyof StorePorts;
  port: number;
  pid: number;
  /** Which program it is, where there are several; else `''`. */
  description: string;
}

export interface StoresOptions {
  place: { root: string; stateDir: string; logsDir: string; env: NodeJS.ProcessEnv };
  stack: Stack;
  secrets: Secrets;
  ports: StorePorts;
  /** Which to start; by default all that services use. */
  only?: readonly string[];
  /** The data is thrown away (tests). */
  temporary: boolean;
  /** Told in one line when a start takes longer. */
  onProgress: (line: string) => void;
  /** A store takes connections, at the start and each time that it is back. */
  onReady: (store: keyof StorePorts, running: LocalStore) => Promise<void>;
  /** Told what becomes of a store that ended. */
  onEvent: (store: string, text: string) => void;
  /** Ends a start that is under way. */
  signal: AbortSignal;
}

/** Starts the stores that the services use, and keeps them running on their ports. */
export async function startStores(options: StoresOptions): Promise<Stores> {
  const { stack, secrets, ports, only, temporary, onProgress, onReady, onEvent } = options;
  const { root, stateDir, logsDir, env } = options.place;
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
      toolsDir: join(root, '.keel', 'tools'),
      onProgress,
    });

  const kept: { stop(): Promise<void> }[] = [];
  const start = async (
    name: keyof StorePorts,
    open: (signal: AbortSignal) => Promise<LocalStore>,
  ): Promise<RunningStore[]> => {
    if (only === undefined ? !isUsed(name) : !only.includes(name)) return [];
    const opened = async (signal: AbortSignal) => {
      const store = await open(signal);
      await onReady(name, store);
      return store;
    };
    const store = await opened(options.signal);
    kept.push(keepRunning(store, opened, (text) => onEvent(name, text)));
    const { port, pid, description } = store;
    return [{ name, port, pid, description }];
  };
  const stop = async () => void (await Promise.all(kept.map((store) => store.stop())));

  const started = await Promise.allSettled([start('postgres', openPostgres), start('redis', openRedis)]);
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { running: started.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])), stop };
}

const TITLES = { postgres: 'PostgreSQL', redis: 'Redis' };

/** A line that tells which stores run. */
export function describeStores({ running }: Stores): string {
  const parts = running.map(({ name, port, description }) => {
    return `${TITLES[name]} on port ${port}${description === '' ? '' : ` (${description})`}`;
  });
  return `Stores: ${parts.join(', ') || 'none'}`;
}
