import { randomUUID } from 'node:crypto';
import type { EndSessions, Role } from '@evenkeel/contracts';
import type { OpenApiDocument } from '@evenkeel/service';
import { createLogger } from '@evenkeel/telemetry';
import { assertDocumented, serveOnFreePort, testDatabase } from '@evenkeel/testing';
import { testKeys, type TestKeys } from '@evenkeel/tokens/testing';
import { createApp } from '../src/app.ts';
import { createSessionEnder } from '../src/clients/sessions.ts';
import { createCursors } from '../src/cursor.ts';
import { createPasswordHasher, type PasswordHasher } from '../src/password-hasher.ts';
import { createPasswordPolicy } from '../src/password-policy.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrations.ts';
import { insertUser } from '../src/store/users.ts';
import type { StoredUser } from '../src/user.ts';

export const silent = createLogger('user-service', 'silent');
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
  /** Another one than that with Argon2id. */
  hasher?: PasswordHasher;
  /** Of the database's operations. Long, so that a busy machine does not make a test fail. */
  limitMs?: number;
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
  const hasher = options.hasher ?? createPasswordHasher();
  const client = { end: options.end ?? ((request: EndSessions) => Promise.resolve(void ended.push(request))) };
  const sessions = createSessionEnder({ client, logger: silent, waitMs: 100, pausesMs: [20, 20] });
  const { log } = options;
  const { app, openapi } = createApp({
    logger: log === undefined ? silent : createLogger('user-service', 'info', { write: (line) => void log.push(line) }),
    database,
    hasher,
    policy: createPasswordPolicy(),
    cursors: createCursors('a secret for tests'),
    sessions,
    verifier: keys.verifier,
  });
  const served = await serveOnFreePort(app);
  const check = assertDocumented(openapi);
  const passwordHash = hasher.hash(PASSWORD);
  let users = 0;

  return {
    url: served.url,
    databaseUrl: url,
    databasePassword: password,
    database,
    keys,
    ended,
    openapi,
    addUser: async (roles = ['user']) =>
      insertUser(database.query, {
        email: `user-${String(++users)}@example.com`,
        name: `User ${String(users)}`,
        roles,
        passwordHash: await passwordHash,
      }),
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
}

function parse(text: string): Record<string, unknown> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
