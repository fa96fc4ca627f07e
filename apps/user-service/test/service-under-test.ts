import { randomUUID } from 'node:crypto';
import { accountSchema, type Account, type ConfirmCredentials, type EndSessions, type Role } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { clientAddressBehind, type OpenApiDocument } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { assertDocumented, serveOnFreePort, testDatabase } from '@evenkeel/testing';
import { testKeys, type TestKeys } from '@evenkeel/tokens/testing';
import { createApp } from '../src/app.ts';
import { createSessionEnder } from '../src/clients/session.ts';
import { createCursors } from '../src/cursor.ts';
import { createPasswordHasher, type PasswordHasher } from '../src/password-hasher.ts';
import { createPasswordPolicy } from '../src/password-policy.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migration.ts';
import { insertUser } from '../src/store/user.ts';
import type { StoredUser } from '../src/user.ts';

export const silent = createLogger('user-service', 'silent');
/** The signal of work that is not given up. */
export const NEVER: AbortSignal = new AbortController().signal;
export const PASSWORD = 'correct horse battery';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface Send {
  as?: StoredUser | string;
  body?: unknown;
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

/** The real application over HTTP, on a database of its own. auth-service is a recorder of what it was asked. */
export interface BootedService extends AsyncDisposable {
  url: string;
  databaseUrl: string;
  databasePassword: string;
  database: Database;
  keys: TestKeys;
  /** What auth-service was asked to end. */
  ended: EndSessions[];
  /** Whose passwords auth-service was asked to confirm, and for whom. It asks this service, without any limits. */
  confirmed: { request: ConfirmCredentials; forwarded: string }[];
  beforeConfirm: () => void;
  afterConfirm: (account: Account) => Promise<void> | void;
  openapi: () => OpenApiDocument;
  /** A user whose password is PASSWORD. */
  addUser(roles?: Role[]): Promise<StoredUser>;
  /** Sends a request as a user (their token is made here) or with a token. */
  send(method: string, path: string, options?: Send): Promise<Answer>;
}

export interface BootOptions {
  /** What auth-service does when it is asked to end sessions. */
  end?: (request: EndSessions) => Promise<void>;
  /** Another database than one of its own. */
  url?: string;
  password?: string;
  /** Takes the lines of its log. */
  log?: string[];
  /** Of the database's operations. Long, so that a busy machine does not make a test fail. */
  limitMs?: number;
  /** Another one than the real one, which in tests is as patient. */
  hasher?: PasswordHasher;
}

export async function bootService(options: BootOptions = {}): Promise<BootedService> {
  const own =
    options.url === undefined
      ? await testDatabase({ name: 'users', migrate: (url) => migrate({ url, logger: silent }) })
      : undefined;
  const url = own?.url ?? options.url ?? '';
  const password = own?.password ?? options.password ?? '';
  const database = openDatabase({
    url,
    password,
    logger: silent,
    limitMs: options.limitMs ?? 15_000,
  });
  const keys = testKeys();
  const ended: EndSessions[] = [];
  const hasher = options.hasher ?? createPasswordHasher({ waitLimitMs: 600_000 });
  const client = { end: options.end ?? ((request: EndSessions) => Promise.resolve(void ended.push(request))) };
  const sessions = createSessionEnder({ client, logger: silent, waitMs: 100, pausesMs: [20, 20] });
  const { log } = options;
  const clientAddress = clientAddressBehind(['127.0.0.1'], silent);
  const { app, openapi } = createApp({
    logger: log === undefined ? silent : createLogger('user-service', 'info', { write: (line) => void log.push(line) }),
    database,
    hasher,
    policy: createPasswordPolicy(),
    cursors: createCursors('a secret for tests'),
    sessions,
    verifier: keys.verifier,
    credentials: {
      async confirm(request, requester) {
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
    },
    networkOf: clientAddress,
    forwardedOf: (request) => `for=${clientAddress(request)}`,
  });
  const served = await serveOnFreePort(app);
  const check = assertDocumented(openapi);
  const passwordHash = hasher.hash(PASSWORD, { client: '', signal: NEVER });
  let added = 0;

  const service: BootedService = {
    url: served.url,
    databaseUrl: url,
    databasePassword: password,
    database,
    keys,
    ended,
    openapi,
    confirmed: [],
    beforeConfirm: () => undefined,
    afterConfirm: () => undefined,
    addUser: async (roles = ['user']) => {
      const number = String(++added);
      const email = `user-${number}@example.com`;
      const user = { email, name: `User ${number}`, roles, passwordHash: await passwordHash };
      return database.transaction((query) => insertUser(query, user), NEVER);
    },
    async send(method, path, { as, body, raw, headers = {} } = {}) {
      const token =
        as === undefined || typeof as === 'string'
          ? as
          : keys.userToken({ sub: as.id, sid: randomUUID(), roles: as.roles });
      const response = await fetch(served.url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: raw ?? (body === undefined ? null : JSON.stringify(body)),
      });
      const text = await response.text();
      check(method, path, { status: response.status, headers: response.headers, text });
      return { status: response.status, headers: response.headers, body: parse(text) };
    },
    async [Symbol.asyncDispose]() {
      sessions.close();
      await served.close();
      await database.close();
      await own?.close();
    },
  };
  return service;
}

function parse(text: string): Record<string, unknown> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
