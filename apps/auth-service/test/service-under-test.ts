import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@evenkeel/config';
import type { Scope, SignedIn } from '@evenkeel/contracts';
import { createRedis, type Redis } from '@evenkeel/redis';
import type { OpenApiDocument } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import {
  createTestClient,
  createTestLogger,
  serveOnFreePort,
  testRedis,
  type Answer,
  type TestClient,
} from '@evenkeel/testing';
import { generateSigningKey } from '@evenkeel/tokens/testing';
import { createApp } from '../src/app.ts';
import { configSchema, SERVICE_NAME } from '../src/config.ts';
import { createDependencies } from '../src/dependencies.ts';
import { startUserService, type UserServiceStandIn } from './user-service-stand-in.ts';

export const PASSWORD = 'correct horse battery';
export const CLIENT_SECRET = 'a secret of user-service for tests';

/** The service as main.ts makes it, over real HTTP, on a Redis database of its own and with a clock that a test can move. */
export interface ServiceUnderTest extends TestClient, AsyncDisposable {
  url: string;
  openapi: () => OpenApiDocument;
  /** Lines of its log so far. */
  log: Record<string, unknown>[];
  /** The request listener of that port. */
  app: RequestListener;
  /** A connection of the test's own. */
  redis: Redis;
  users: UserServiceStandIn;
  clock: { now: number };
  get<T = Record<string, unknown>>(path: string, token?: string): Promise<Answer<T>>;
  delete<T = Record<string, unknown>>(path: string, token: string): Promise<Answer<T>>;
  post<T = Record<string, unknown>>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** Sends as user-service does, with a service token for this scope. */
  asUserService<T = Record<string, unknown>>(
    scope: Scope,
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** A user with a session; PASSWORD is their password. */
  someone(): Promise<SignedIn>;
  refresh(token: string): Promise<Answer<SignedIn>>;
  /** Replaces SIGNING_KEYS and reloads, as SIGHUP does. */
  setSigningKeys(signingKeys: object): boolean;
  /** Replaces the secrets of user-service in SERVICE_CLIENTS and reloads. */
  setClientSecrets(secrets: readonly string[]): boolean;
}

export interface BootOptions {
  /** Another Redis than the shared one of the run. */
  redis?: { url: string; password: string };
  /** Variables besides those that a test needs. */
  env?: Record<string, string>;
}

// Limits have tests of their own; in all others they are out of the way.
const NO_LIMITS = Object.fromEntries(
  ['LOGIN_ADDRESS', 'LOGIN_ACCOUNT_ADDRESS', 'LOGIN_ACCOUNT', 'REGISTER_ADDRESS', 'REGISTER_ACCOUNT_ADDRESS']
    .concat('REFRESH_ADDRESS', 'REFRESH_ACCOUNT', 'EMAIL_ACCOUNT', 'SERVICE_TOKEN_ADDRESS')
    .map((name) => [`${name}_RATE`, '100000/60']),
);

export async function bootService({ redis: given, env = {} }: BootOptions = {}): Promise<ServiceUnderTest> {
  const clock = { now: Date.now() };
  const now = () => clock.now;
  const own = given === undefined ? await testRedis() : undefined;
  const { url: redisUrl, password: redisPassword } = given ?? own ?? { url: '', password: '' };
  const users = await startUserService(now);
  const folder = mkdtempSync(join(tmpdir(), 'auth-service-'));
  const keysFile = join(folder, 'signing_keys.json');
  writeFileSync(keysFile, JSON.stringify({ active: 'first', keys: [generateSigningKey('first')] }));
  const clientsFile = join(folder, 'service_clients.json');
  const writeClients = (secrets: readonly string[]) =>
    writeFileSync(
      clientsFile,
      JSON.stringify({
        'user-service': { secrets, scopes: ['sessions:end', 'credentials:confirm'] },
        'other-service': { secrets: ['another secret that is long enough'], scopes: [] },
      }),
    );
  writeClients([CLIENT_SECRET]);

  const variables = {
    ...NO_LIMITS,
    PORT: '0',
    ADMIN_PORT: '0',
    REDIS_URL: redisUrl,
    REDIS_PASSWORD: redisPassword,
    USER_SERVICE_URL: users.url,
    SIGNING_KEYS_FILE: keysFile,
    SERVICE_CLIENTS_FILE: clientsFile,
    ...env,
  };
  const config = loadConfig(configSchema, variables, (problems) => {
    throw new Error(problems);
  });
  const { logger, log } = createTestLogger(SERVICE_NAME);
  const dependencies = createDependencies(config, logger, now);
  const { app, openapi } = createApp(dependencies);
  const served = await serveOnFreePort(app);
  const { send } = createTestClient({ url: served.url, openapi });
  users.issuerUrl = served.url;
  const redis = createRedis({
    url: redisUrl,
    password: redisPassword,
    logger: createLogger(SERVICE_NAME, 'silent'),
    name: 'test',
  });
  let registered = 0;
  const serviceTokens: Partial<Record<Scope, Promise<string>>> = {};

  const service: ServiceUnderTest = {
    url: served.url,
    app,
    openapi,
    log,
    redis,
    users,
    clock,
    send,
    get: (path, token) => send('GET', path, { token }),
    delete: (path, token) => send('DELETE', path, { token }),
    post: (path, body, headers = {}) => send('POST', path, { body, headers }),
    async asUserService(scope, path, body, headers = {}) {
      const request = { client_id: 'user-service', client_secret: CLIENT_SECRET, scope };
      // Kept, since they are limited; a test that moves the clock requests its own.
      const token = await (serviceTokens[scope] ??= service
        .post<{ access_token: string }>('/internal/token', request)
        .then((answer) => answer.body.access_token));
      return send('POST', path, { token, body, headers });
    },
    async someone() {
      const email = `user-${String(++registered)}@example.com`;
      const answer = await service.post<SignedIn>('/auth/register', { email, password: PASSWORD, name: 'Someone' });
      if (answer.status !== 201) throw new Error(`register answered ${JSON.stringify(answer)}`);
      return answer.body;
    },
    refresh: (token) => service.post<SignedIn>('/auth/refresh', { refresh_token: token }),
    setSigningKeys(signingKeys) {
      writeFileSync(keysFile, JSON.stringify(signingKeys));
      return config.reload();
    },
    setClientSecrets(secrets) {
      writeClients(secrets);
      return config.reload();
    },
    async [Symbol.asyncDispose]() {
      await served.close();
      await users[Symbol.asyncDispose]();
      await dependencies.close();
      redis.disconnect();
      await own?.close();
      rmSync(folder, { recursive: true });
    },
  };
  return service;
}
