import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type LiveConfig } from '@evenkeel/config';
import { createListener, type HealthChecks } from '@evenkeel/service';
import { createTestLogger, testRedis, type TestRedis } from '@evenkeel/testing';
import type { TestKeys } from '@evenkeel/tokens/testing';
import { createApp } from '../src/app.ts';
import { configSchema, SERVICE_NAME, type Config } from '../src/config.ts';
import { createDependencies } from '../src/dependencies.ts';
import { connections, startKeys, startUpstream, type Upstream } from './upstream.ts';

/** The service as main.ts makes it, with real connections on all sides: Redis, auth-service's keys, and services that the test plays. */
export interface ServiceUnderTest extends AsyncDisposable {
  url: string;
  port: number;
  /** Lines of its log so far. */
  log: Record<string, unknown>[];
  /** The request listener of that port. */
  app: RequestListener;
  config: LiveConfig<Config>;
  checks: HealthChecks;
  keys: TestKeys;
  redis: TestRedis;
  auth: Upstream;
  users: Upstream;
  /** Replaces the file that ROUTES comes from. */
  writeRoutes(yaml: string): void;
}

export async function bootService(routes: string, env: Record<string, string> = {}): Promise<ServiceUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const routesFile = join(folder, 'routes.yaml');
  const writeRoutes = (yaml: string) => writeFileSync(routesFile, yaml);
  writeRoutes(routes);

  const [redis, { keys, upstream: auth }, users] = await Promise.all([testRedis(), startKeys(), startUpstream()]);
  const variables = {
    PORT: '0',
    ADMIN_PORT: '0',
    ...connections({ auth, users, redis, routesFile }),
    ...env,
  };
  const config = loadConfig(configSchema, variables, (problems) => {
    throw new Error(problems);
  });
  const { logger, log } = createTestLogger(SERVICE_NAME);
  const dependencies = createDependencies(config, logger);
  await dependencies.prepare?.(AbortSignal.timeout(10_000));
  const { app } = createApp(dependencies);
  const listener = createListener(app);
  const port = await listener.listen(0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    log,
    app,
    config,
    checks: dependencies.checks,
    keys,
    redis,
    auth,
    users,
    writeRoutes,
    async [Symbol.asyncDispose]() {
      listener.server.closeAllConnections();
      await listener.drain(0);
      await dependencies.close();
      await Promise.all([auth.stop(), users.stop(), redis.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
