import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { loadConfig } from '@evenkeel/config';
import { accountSchema, type Account, type ConfirmCredentials, type EndSessions, type Role } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import type { OpenApiDocument } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import {
  createTestClient,
  createTestLogger,
  serveOnFreePort,
  testDatabase,
  type Answer,
  type SendOptions,
} from '@evenkeel/testing';
import { createTestKeys, type TestKeys } from '@evenkeel/tokens/testing';
import { createApp } from '../src/app.ts';
import { createSessionEnder } from '../src/clients/session.ts';
import { configSchema, SERVICE_NAME } from '../src/config.ts';
import { createDependencies } from '../src/dependencies.ts';
import { createPasswordHasher, type PasswordHasher } from '../src/password-hasher.ts';
import { createDatabase, type Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migration.ts';
import { insertUser } from '../src/store/user.ts';
import type { StoredUser } from '../src/user.ts';

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;
export const silent = createLogger(SERVICE_NAME, 'silent');
export const PASSWORD = 'correct horse battery';

/** What it takes to create a user, another one each time. */
export const newUser = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada', password: PASSWORD });

export interface Send extends Omit<SendOptions, 'token'> {
  /** A user, whose token is made here, or a token. */
  as?: StoredUser | string;
}

/** The service as main.ts makes it, over HTTP, on its own database, with an auth-service that records its calls. */
export interface ServiceUnderTest extends AsyncDisposable {
  url: string;
  openapi: () => OpenApiDocument;
  /** Lines of its log so far. */
  log: Record<string, unknown>[];
  /** The request listener of that port. */
  app: RequestListener;
  databaseUrl: string;
  databasePassword: string;
  database: Database;
  hasher: PasswordHasher;
  keys: TestKeys;
  /** The sessions that auth-service was called to end. */
  ended: EndSessions[];
  /** Whose passwords auth-service was called to confirm, and for which client. It calls this service, unlimited. */
  confirmed: { request: ConfirmCredentials; forwarded: string }[];
  beforeConfirm: () => void;
  afterConfirm: (account: Account) => Promise<void> | void;
  /** A user whose password is PASSWORD. */
  addUser(roles?: Role[]): Promise<StoredUser>;
  send(method: string, path: string, options?: Send): Promise<Answer>;
}

export interface BootOptions {
  /** What auth-service does when it is called to end sessions. */
  end?: (request: EndSessions) => Promise<void>;
  /** Another database than one of its own. */
  database?: { url: string; password: string };
  /** Of the database's operations. Long, so that a busy machine does not make a test fail. */
  limitMs?: number;
  /** Another one than the real one, which in tests is as patient. */
  hasher?: PasswordHasher;
  /** The issuer of another service under test: both accept the same tokens. */
  keys?: TestKeys;
}

export async function bootService(options: BootOptions = {}): Promise<ServiceUnderTest> {
  const own =
    options.database === undefined
      ? await testDatabase({ name: 'users', migrate: (url) => migrate({ url, logger: silent }) })
      : undefined;
  const { url, password } = options.database ?? own ?? { url: '', password: '' };
  const variables = {
    PORT: '0',
    ADMIN_PORT: '0',
    DATABASE_URL: url,
    DATABASE_PASSWORD: password,
    AUTH_SERVICE_URL: 'http://127.0.0.1:1',
    SERVICE_CLIENT_SECRET: 'a secret of user-service for tests',
  };
  const config = loadConfig(configSchema, variables, (problems) => {
    throw new Error(problems);
  });
  const { logger, log } = createTestLogger(SERVICE_NAME);
  const keys = options.keys ?? createTestKeys();
  const ended: EndSessions[] = [];
  const client = { end: options.end ?? ((request: EndSessions) => Promise.resolve(void ended.push(request))) };
  const hasher = options.hasher ?? createPasswordHasher({ waitLimitMs: 600_000 });
  const database = createDatabase({ url, password, logger: silent, limitMs: options.limitMs ?? 15_000 });
  const sessions = createSessionEnder({ client, logger: silent, waitMs: 100, pausesMs: [20, 20] });
  const credentials = {
    async confirm(request: ConfirmCredentials, requester: { forwarded: string }) {
      service.confirmed.push({ request, forwarded: requester.forwarded });
      service.beforeConfirm();
      const { email, password: presented } = request;
      const as = keys.serviceToken('credentials:verify');
      const answer = await service.send('POST', '/internal/credentials/verify', {
        as,
        body: { email, password: presented },
      });
      if (answer.status === 401) throw new AppError('invalid_credentials', 'Email or password is wrong.');
      const account = accountSchema.parse(answer.body);
      await service.afterConfirm(account);
      return account;
    },
  };
  const dependencies = createDependencies(config, logger);
  const played = { hasher, database, sessions, credentials, verifier: keys.verifier };
  const { app, openapi } = createApp({ ...dependencies, ...played });
  const served = await serveOnFreePort(app);
  const { send } = createTestClient({ url: served.url, openapi });
  const passwordHash = hasher.hash(PASSWORD, { client: '', signal: NEVER });
  let added = 0;

  const service: ServiceUnderTest = {
    url: served.url,
    app,
    openapi,
    log,
    databaseUrl: url,
    databasePassword: password,
    database,
    hasher,
    keys,
    ended,
    confirmed: [],
    beforeConfirm: () => undefined,
    afterConfirm: () => undefined,
    addUser: async (roles = ['user']) => {
      const number = String(++added);
      const email = `user-${number}@example.com`;
      const user = { email, name: `User ${number}`, roles, passwordHash: await passwordHash };
      return database.transaction((query) => insertUser(query, user), NEVER);
    },
    send(method, path, { as, ...options } = {}) {
      const token =
        as === undefined || typeof as === 'string'
          ? as
          : keys.userToken({ sub: as.id, sid: randomUUID(), roles: as.roles });
      return send(method, path, { token, ...options });
    },
    async [Symbol.asyncDispose]() {
      sessions.close();
      await served.close();
      await dependencies.close();
      await database.close();
      await own?.close();
    },
  };
  return service;
}

/** The service, and an administrator in it. */
export async function bootWithAdmin(): Promise<{ service: ServiceUnderTest; admin: StoredUser }> {
  const service = await bootService();
  return { service, admin: await service.addUser(['admin', 'user']) };
}
