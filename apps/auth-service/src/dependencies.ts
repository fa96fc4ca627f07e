import type { LiveConfig } from '@evenkeel/config';
import type { UsersClient } from '@evenkeel/contracts';
import { closeRedis, connectRedis, redisCheck } from '@evenkeel/redis';
import {
  clientAddressBehind,
  clientNetwork,
  createFairQueue,
  readNode,
  type Dependencies as Checks,
  type FairQueue,
} from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createSigner, createVerifier, type Signer, type Verifier } from '@evenkeel/tokens';
import type { Request } from 'express';
import { userServiceCheck, usersClient } from './clients/service-token.ts';
import type { Config } from './config.ts';
import { attempts, type Attempts } from './store/attempt.ts';
import { refreshTokenStore, type RefreshTokenStore } from './store/refresh-token.ts';
import { sessionStore, type SessionStore } from './store/session.ts';

/** All that the routes work with. */
export interface Dependencies {
  /** The part that SIGHUP replaces is read from here in each request. */
  config: LiveConfig<Config>;
  logger: Logger;
  attempts: Attempts;
  /** What costs a password's hash waits here: refused at the entrance, a flood costs neither Redis nor user-service. */
  signIns: FairQueue;
  sessions: SessionStore;
  refreshTokens: RefreshTokenStore;
  users: UsersClient;
  signer: Signer;
  verifier: Verifier;
  /** What limits count a client by. */
  networkOf: (request: Request) => string;
  /** The client of a request, as `Forwarded` names it to the services that are called for it. */
  forwardedOf: (request: Request) => string;
  /** Milliseconds since the epoch. */
  now: () => number;
  checks: Checks;
  close: () => Promise<void>;
}

/**
 * Enough to keep user-service busy, also while refusals keep this event loop busy; more would only fill its own queue,
 * and be refused there after all this was done.
 */
const SIGN_INS = { parallel: 16, waitLimitMs: 500, expectedMs: 50 };

const DAY_MS = 86_400_000;

export function createDependencies(config: LiveConfig<Config>, logger: Logger, now = Date.now): Dependencies {
  const { current } = config;
  const redis = connectRedis({
    url: current.REDIS_URL,
    password: current.REDIS_PASSWORD,
    logger,
    name: 'auth-service',
  });
  const store = { redis, idleMs: current.SESSION_IDLE_DAYS * DAY_MS, now };
  const names = { issuer: current.TOKEN_ISSUER, audience: current.TOKEN_AUDIENCE, now };
  const signer = createSigner({ ...names, keys: () => config.current.SIGNING_KEYS });
  const clientAddress = clientAddressBehind(current.TRUSTED_PROXIES, logger);
  warnOfUnpublishedKey(config, logger);
  return {
    config,
    logger,
    attempts: attempts(redis, current, now),
    signIns: createFairQueue(SIGN_INS),
    sessions: sessionStore(store),
    refreshTokens: refreshTokenStore(store),
    users: usersClient(current.USER_SERVICE_URL, signer),
    signer,
    verifier: createVerifier({
      ...names,
      keys: { find: (kid) => Promise.resolve(config.current.SIGNING_KEYS.publicKeys.get(kid)) },
    }),
    networkOf: (request) => clientNetwork(clientAddress(request)),
    forwardedOf: (request) => `for=${readNode(clientAddress(request)).text}`,
    now,
    checks: { redis: redisCheck(redis), 'user-service': userServiceCheck(current.USER_SERVICE_URL) },
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
