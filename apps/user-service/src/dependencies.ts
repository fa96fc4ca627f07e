import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveConfig } from '@evenkeel/config';
import {
  createCredentialsClient,
  createSessionsClient,
  createTokenClient,
  type CredentialsClient,
} from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { clientAddressBehind, clientNetwork, readNode, type Dependencies } from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createVerifier, remoteKeys, type Verifier } from '@evenkeel/tokens';
import type { Request } from 'express';
import { createSessionEnder, type SessionEnder } from './clients/session.ts';
import type { Config } from './config.ts';
import { createCursors, type Cursors } from './cursor.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { createPasswordPolicy, type PasswordPolicy } from './password-policy.ts';
import { openDatabase, withPassword, type Database } from './store/database.ts';
import { isUpToDate, migrate } from './store/migration.ts';

/** What the routes work with. */
export interface AppDependencies {
  logger: Logger;
  database: Database;
  hasher: PasswordHasher;
  policy: PasswordPolicy;
  cursors: Cursors;
  sessions: SessionEnder;
  credentials: CredentialsClient;
  verifier: Verifier;
  /** The client at the far end, however many services its request has passed: whom costly work is done for in turn. */
  networkOf: (request: Request) => string;
  /** The same client, as `Forwarded` names it to the services that are called for its request. */
  forwardedOf: (request: Request) => string;
}

/** What the process works with as well. */
export interface ProcessDependencies extends AppDependencies {
  checks: Dependencies;
  prepare(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 250;

export function createDependencies(live: LiveConfig<Config>, logger: Logger): ProcessDependencies {
  const config = live.current;
  const { DATABASE_URL: url, DATABASE_PASSWORD: password, AUTH_SERVICE_URL: baseUrl } = config;
  const { ADMIN_EMAIL, ADMIN_PASSWORD, SERVICE_CLIENT_SECRET: secret } = config;

  const clientAddress = clientAddressBehind(config.TRUSTED_PROXIES, logger);
  const database = openDatabase({ url, password, logger });
  const hasher = createPasswordHasher();
  const tokens = createTokenClient({ baseUrl }, 'user-service', secret);
  const sessions = createSessionEnder({ client: createSessionsClient({ baseUrl }, tokens), logger });
  const keys = remoteKeys({
    url: new URL('/.well-known/jwks.json', baseUrl),
    onFailure: (error) => logger.warn({ err: error }, 'the public keys could not be fetched'),
  });

  return {
    logger,
    database,
    hasher,
    policy: createPasswordPolicy(),
    cursors: createCursors(secret),
    sessions,
    credentials: createCredentialsClient({ baseUrl }, tokens),
    verifier: createVerifier({ issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE, keys }),
    networkOf: (request) => clientNetwork(clientAddress(request)),
    forwardedOf: (request) => `for=${readNode(clientAddress(request)).text}`,
    checks: { postgres: { check: () => database.query('SELECT 1'), required: true } },
    prepare: (signal) =>
      retryWhileUnavailable(signal, async () => {
        // Asked on a connection that is there already: one of its own would make up a fifth of a restart.
        if (!(await isUpToDate(database.query))) await migrate({ url: withPassword(url, password), logger, signal });
        if (ADMIN_EMAIL === undefined || ADMIN_PASSWORD === undefined) return;
        await ensureFirstAdmin({ database, hasher, logger }, { email: ADMIN_EMAIL, password: ADMIN_PASSWORD }, signal);
      }),
    async close() {
      sessions.close();
      await database.close();
    },
  };
}

/** A database that goes away just now must not end the process: it is asked again until it is back. */
async function retryWhileUnavailable(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
