import type { LiveConfig } from '@evenkeel/config';
import { createUsersClient, type UsersClient } from '@evenkeel/contracts';
import { closeRedis, createRedis, createRedisCheck } from '@evenkeel/redis';
import {
  createClientNames,
  createFairQueue,
  createReachCheck,
  type ClientNames,
  type FairQueue,
  type Lifecycle,
} from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createSigner, createVerifier, type Signer, type Verifier } from '@evenkeel/tokens';
import { SERVICE_NAME, type Config } from './config.ts';
import { createServiceTokens } from './service-token.ts';
import { createAttempts, type Attempts } from './store/attempt.ts';
import { createRefreshTokenStore, type RefreshTokenStore } from './store/refresh-token.ts';
import { createSessionStore, type SessionStore } from './store/session.ts';

/** What requests are served with. */
export interface Dependencies extends ClientNames {
  /** The part that SIGHUP replaces is read from here in each request. */
  config: Pick<LiveConfig<Config>, 'current'>;
  logger: Logger;
  /** What costs a password's hash waits here: refused at the entrance, a flood costs neither Redis nor user-service. */
  signIns: FairQueue;
  attempts: Attempts;
  sessions: SessionStore;
  refreshTokens: RefreshTokenStore;
  users: UsersClient;
  signer: Signer;
  verifier: Verifier;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Enough to keep user-service busy, also while refusals keep this event loop busy; more would only fill its own queue,
 * and be refused there after all this was done.
 */
const SIGN_INS = { name: 'sign_ins', parallel: 16, waitLimitMs: 500, expectedMs: 100 };

const DAY_MS = 86_400_000;

export function createDependencies(
  config: LiveConfig<Config>,
  logger: Logger,
  now = Date.now,
): Dependencies & Lifecycle {
  const { current } = config;
  const { REDIS_URL, REDIS_PASSWORD, USER_SERVICE_URL, TOKEN_ISSUER, TOKEN_AUDIENCE, TRUSTED_PROXIES } = current;
  const redis = createRedis({ url: REDIS_URL, password: REDIS_PASSWORD, logger, name: SERVICE_NAME });
  const store = { redis, idleMs: current.SESSION_IDLE_DAYS * DAY_MS, now };
  const names = { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, now };
  const signer = createSigner({ ...names, keys: () => config.current.SIGNING_KEYS });
  const present = (kid: string) => config.current.SIGNING_KEYS.publicKeys.get(kid);
  const keys = { present, find: (kid: string) => Promise.resolve(present(kid)) };
  warnOfUnpublishedKey(config, logger);

  return {
    config,
    logger,
    signIns: createFairQueue(SIGN_INS),
    attempts: createAttempts(redis, current, now),
    sessions: createSessionStore(store),
    refreshTokens: createRefreshTokenStore(store),
    users: createUsersClient({ baseUrl: USER_SERVICE_URL }, createServiceTokens(signer)),
    signer,
    verifier: createVerifier({ ...names, keys }),
    ...createClientNames(TRUSTED_PROXIES, logger),
    now,
    checks: {
      redis: createRedisCheck(redis, { required: true }),
      // Without it this service starts and stays ready.
      'user-service': createReachCheck(USER_SERVICE_URL, { required: false }),
    },
    close: () => closeRedis(redis),
  };
}

/** Verifiers keep the key set for a minute: a key that signs before they could fetch it costs some users a refused request. */
function warnOfUnpublishedKey(config: LiveConfig<Config>, logger: Logger): void {
  config.onReload(({ SIGNING_KEYS }) => {
    const { kid } = SIGNING_KEYS.active;
    if (config.current.SIGNING_KEYS.publicKeys.has(kid)) return;
    logger.warn({ kid }, 'the active signing key was not published before; publish the next key a minute ahead');
  });
}
