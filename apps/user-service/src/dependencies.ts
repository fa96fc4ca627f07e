import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveConfig } from '@evenkeel/config';
import {
  createCredentialsClient,
  createSessionsClient,
  createTokenClient,
  type CredentialsClient,
} from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import { createClientNames, type ClientNames, type Lifecycle } from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createRemoteKeys, createVerifier, type Verifier } from '@evenkeel/tokens';
import { createSessionEnder, type SessionEnder } from './clients/session.ts';
import { SERVICE_NAME, type Config } from './config.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { createPasswordPolicy, type PasswordPolicy } from './password-policy.ts';
import { createDatabase, createDatabaseCheck, withPassword, type Database } from './store/database.ts';
import { isUpToDate, migrate } from './store/migration.ts';

/** What requests are served with. */
export interface Dependencies extends ClientNames {
  logger: Logger;
  hasher: PasswordHasher;
  policy: PasswordPolicy;
  database: Database;
  sessions: SessionEnder;
  credentials: CredentialsClient;
  verifier: Verifier;
}

const RETRY_MS = 250;

export function createDependencies(config: LiveConfig<Config>, logger: Logger): Dependencies & Lifecycle {
  const { current } = config;
  const { DATABASE_URL: url, DATABASE_PASSWORD: password, AUTH_SERVICE_URL: baseUrl } = current;
  const { ADMIN_EMAIL, ADMIN_PASSWORD, TOKEN_ISSUER, TOKEN_AUDIENCE, TRUSTED_PROXIES } = current;
  const hasher = createPasswordHasher();
  const database = createDatabase({ url, password, logger });
  const tokens = createTokenClient({ baseUrl }, SERVICE_NAME, () => config.current.SERVICE_CLIENT_SECRET);
  const sessions = createSessionEnder({ client: createSessionsClient({ baseUrl }, tokens), logger });
  const keys = createRemoteKeys({
    url: new URL('/.well-known/jwks.json', baseUrl),
    onFailure: (error) => logger.warn({ err: error }, 'the public keys could not be fetched'),
  });

  return {
    logger,
    hasher,
    policy: createPasswordPolicy(),
    database,
    sessions,
    credentials: createCredentialsClient({ baseUrl }, tokens),
    verifier: createVerifier({ issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, keys }),
    ...createClientNames(TRUSTED_PROXIES, logger),
    checks: { postgres: createDatabaseCheck(database, { required: true }) },
    prepare: (signal) =>
      retryWhileUnavailable(signal, async () => {
        // On the existing connection: one of its own would take a fifth of a restart.
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

/** A database that is lost just now must not stop the process: it is retried until it is back. */
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
