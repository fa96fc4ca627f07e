import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@evenkeel/local-stores';
import { createTestKeys } from '@evenkeel/tokens/testing';
import { startContender, type ContenderProcess } from './contender-process.ts';
import type { Contender } from './contenders.ts';
import { reserveCore, type Cores } from './cores.ts';
import { startHelper, type HelperProcess } from './helper-process.ts';

/** Everything contenders are measured with: Redis, upstream, collector and load generator, off the contenders' core. */
export interface Setting extends AsyncDisposable {
  load: HelperProcess;
  collector: HelperProcess;
  /** The Redis server and its version. */
  redis: string;
  cores: Cores | undefined;
  /** What each user requests, with their own token. */
  path: string;
  tokens: readonly string[];
  start(contender: Contender): Promise<ContenderProcess>;
}

const path = '/users/me';
/** Longer than all rounds together. */
const tokenLifetimeS = 86_400;

export async function openSetting(root: string, environment: NodeJS.ProcessEnv, users: number): Promise<Setting> {
  await using opened = new AsyncDisposableStack();
  const cores = reserveCore();
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const helper = (name: string) => opened.use(startHelper(join(import.meta.dirname, name, 'main.ts')));
  const [load, upstream, collector] = [helper('load'), helper('upstream'), helper('collector')];
  const password = randomBytes(16).toString('hex');
  const programs = { env: environment, toolsDir: join(root, '.keel', 'tools') };
  const redis = opened.use(await startRedis({ dir: join(folder, 'redis'), password, temporary: true, ...programs }));
  const keys = createTestKeys();
  const tokens = Array.from({ length: users }, () => keys.userToken({ lifetime: tokenLifetimeS }));
  const connections = {
    ...{ root, redisUrl: redis.url, redisPassword: password },
    upstreamUrl: `http://127.0.0.1:${await upstream.ask<number>(keys.jwks)}`,
    collectorUrl: `http://127.0.0.1:${await collector.ask<number>('port')}`,
  };
  const request = { path, token: tokens[0] ?? '' };
  const options = { ...{ folder, connections, request }, path: environment['PATH'], core: cores?.contender };
  const stack = opened.move();
  return {
    ...{ load, collector, cores, path, tokens, redis: redis.description.replace(/ (unpacked in|on the PATH).*/, '') },
    start: async (contender) => stack.use(await startContender(contender, options)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
