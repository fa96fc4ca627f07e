import { join } from 'node:path';
import type { LocalStore } from '@evenkeel/local-stores';
import type { Secrets } from '@evenkeel/secrets';
import { databasesOf, type Stack } from '@evenkeel/stack';
import type { StorePorts } from '../state/store-ports.ts';
import type { Workspace } from '../workspace.ts';
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
  workspace: Workspace;
  stack: Stack;
  secrets: Secrets;
  ports: StorePorts;
  /** Which to start; by default all that services use. */
  only?: readonly string[];
  /** The data is thrown away (tests). */
  temporary: boolean;
  /** Called with one line when a start takes longer. */
  onProgress: (line: string) => void;
  /** A store accepts connections, at the start and each time that it is back. */
  onReady: (store: keyof StorePorts, running: LocalStore) => Promise<void>;
  /** Called with what happens to a store that exited. */
  onEvent: (store: string, text: string) => void;
  /** Cancels a start that is under way. */
  signal: AbortSignal;
}

/** Starts the stores that the services use, and keeps them running on their ports. */
export async function startStores(options: StoresOptions): Promise<Stores> {
  const { stack, secrets, ports, only, temporary, onProgress, onReady, onEvent } = options;
  const { root, stateDir, logsDir, env } = options.workspace;
  const { ensureDatabase, startPostgres, startRedis } = await import('@evenkeel/local-stores');
  const isUsed = (store: string) =>
    stack.services.some(({ dependsOn, calls }) => [...dependsOn, ...calls].includes(store));
  const image = stack.backing.find(({ name }) => name === 'redis')?.image;

  const postgres = async (signal: AbortSignal) => {
    const [dir, logFile] = [join(stateDir, 'postgres'), join(logsDir, 'postgres.log')];
    const password = secrets.postgresPassword;
    const store = await startPostgres({ dir, password, port: ports.postgres, logFile, temporary, signal });
    try {
      for (const names of databasesOf(stack)) {
        await ensureDatabase({ adminUrl: store.url, password: secrets.databasePassword, ...names });
      }
    } catch (error) {
      await store.stop();
      throw error;
    }
    return store;
  };
  const redis = (signal: AbortSignal) =>
    startRedis({
      ...{ env, signal, image, temporary, onProgress },
      port: ports.redis,
      password: secrets.redisPassword,
      dir: join(stateDir, 'redis'),
      logFile: join(logsDir, 'redis.log'),
      toolsDir: join(root, '.keel', 'tools'),
    });

  const kept: { stop(): Promise<void> }[] = [];
  const stop = async () => void (await Promise.all(kept.map((store) => store.stop())));
  const starting = Object.entries({ postgres, redis }).map(async ([key, start]): Promise<RunningStore[]> => {
    const name = key as keyof StorePorts;
    if (only === undefined ? !isUsed(name) : !only.includes(name)) return [];
    const open = async (signal: AbortSignal) => {
      const store = await start(signal);
      await onReady(name, store);
      return store;
    };
    const store = await open(options.signal);
    kept.push(keepRunning(store, open, (text) => onEvent(name, text)));
    return [{ name, port: store.port, pid: store.pid, description: store.description }];
  });
  try {
    await Promise.allSettled(starting);
    return { running: (await Promise.all(starting)).flat(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const TITLES = { postgres: 'PostgreSQL', redis: 'Redis' };

/** A line with the stores that run. */
export function describeStores({ running }: Stores): string {
  const parts = running.map(({ name, port, description }) => {
    return `${TITLES[name]} on port ${port}${description === '' ? '' : ` (${description})`}`;
  });
  return `Stores: ${parts.join(', ') || 'none'}`;
}
