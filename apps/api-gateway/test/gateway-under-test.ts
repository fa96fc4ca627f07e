import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveConfig, readConfig, formatProblems, type LiveConfig } from '@evenkeel/config';
import { createListener } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { testRedis, type TestRedis } from '@evenkeel/testing';
import type { TestKeys } from '@evenkeel/tokens/testing';
import { createApp } from '../src/app.ts';
import { configSchema, type Config } from '../src/config.ts';
import { createDependencies } from '../src/dependencies.ts';
import { startKeys, startUpstream, upstreamsAt, type Upstream } from './upstream.ts';

/** A gateway with real connections on all sides: Redis, auth-service's keys, and services that the test plays. */
export interface GatewayUnderTest extends AsyncDisposable {
  url: string;
  port: number;
  /** What answers on that port. */
  app: RequestListener;
  config: LiveConfig<Config>;
  keys: TestKeys;
  redis: TestRedis;
  auth: Upstream;
  users: Upstream;
  /** Lines of its log so far. */
  log: () => string;
  checks: ReturnType<typeof createDependencies>['checks'];
  /** Replaces the file that ROUTES comes from. */
  writeRoutes(yaml: string): void;
}

export async function startGateway(routes: string, env: Record<string, string> = {}): Promise<GatewayUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const routesFile = join(folder, 'routes.yaml');
  const writeRoutes = (yaml: string) => writeFileSync(routesFile, yaml);
  writeRoutes(routes);

  const [redis, { keys, upstream: auth }, users] = await Promise.all([testRedis(), startKeys(), startUpstream()]);
  const settings = {
    PORT: '0',
    ADMIN_PORT: '0',
    ...upstreamsAt(users.url),
    AUTH_SERVICE_URL: auth.url,
    REDIS_URL: redis.url,
    REDIS_PASSWORD: redis.password,
    ROUTES_FILE: routesFile,
    ...env,
  };
  const result = readConfig(configSchema, settings);
  if (!result.ok) throw new Error(formatProblems(result.problems));
  const config = liveConfig(configSchema, settings, result.value);

  let log = '';
  const logger = createLogger('api-gateway', 'info', { write: (line) => void (log += line) });
  const dependencies = createDependencies(config, logger);
  await dependencies.prepare();
  const { app } = createApp(dependencies);
  const listener = createListener(app);
  const port = await listener.listen(0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    app,
    config,
    keys,
    redis,
    auth,
    users,
    log: () => log,
    checks: dependencies.checks,
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
