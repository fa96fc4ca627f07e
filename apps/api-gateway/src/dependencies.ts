import type { LiveConfig } from '@evenkeel/config';
import { closeRedis, createRedis, createRedisCheck } from '@evenkeel/redis';
import { createReachCheck, type Lifecycle } from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createRemoteKeys, createVerifier } from '@evenkeel/tokens';
import { fetchDescriptions, type Descriptions } from './clients/description.ts';
import { SERVICE_NAME, upstreamUrls, type Config } from './config.ts';
import { observeUpstreams } from './proxy/upstream-metrics.ts';
import { createUpstream, type Upstream } from './proxy/upstream.ts';
import { createWatchdog, type Watchdog } from './proxy/watchdog.ts';
import { createAccess, type Access } from './request/access.ts';
import { createInFlight, type InFlight } from './request/in-flight.ts';
import { createPeers, type Peers } from './request/peer.ts';
import { createEndedSessions } from './store/ended-session.ts';
import { createRateLimits, type RateLimits } from './store/rate-limit.ts';
import { createStaleCopies, type StaleCopies } from './store/stale-copy.ts';

/** What requests are served with. */
export interface Dependencies {
  /** The part that SIGHUP replaces is read from here in each request. */
  config: Pick<LiveConfig<Config>, 'current'>;
  logger: Logger;
  inFlight: InFlight;
  rateLimits: RateLimits;
  copies: StaleCopies;
  upstreams: ReadonlyMap<string, Upstream>;
  /** The current descriptions of the services. */
  descriptions: () => Promise<Descriptions>;
  access: Access;
  peers: Peers;
  watchdog: Watchdog;
}

export function createDependencies(config: LiveConfig<Config>, logger: Logger): Dependencies & Lifecycle {
  const { current } = config;
  const { REDIS_URL, REDIS_PASSWORD, TOKEN_ISSUER, TOKEN_AUDIENCE, TRUSTED_PROXIES } = current;
  const urls = upstreamUrls(current);
  const redis = createRedis({ url: REDIS_URL, password: REDIS_PASSWORD, logger, name: SERVICE_NAME });
  const endedSessions = createEndedSessions({ redis, logger });
  const upstreams = new Map(
    Object.entries(urls).map(([name, url]) => [
      name,
      createUpstream({
        name,
        url,
        onBreaker: (state, route) => logger.warn({ upstream: name, route, breaker: state }, 'breaker'),
      }),
    ]),
  );
  observeUpstreams([...upstreams.values()]);
  const keys = createRemoteKeys({
    url: new URL('/.well-known/jwks.json', urls['auth-service']),
    onFailure: (error) => logger.warn({ err: error }, 'the public keys of auth-service cannot be fetched'),
  });
  const verifier = createVerifier({ issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, keys });

  return {
    config,
    logger,
    inFlight: createInFlight(),
    rateLimits: createRateLimits(redis),
    copies: createStaleCopies(),
    upstreams,
    descriptions: () => fetchDescriptions(urls),
    access: createAccess(verifier, (sessionId) => endedSessions.has(sessionId)),
    peers: createPeers(TRUSTED_PROXIES, logger),
    watchdog: createWatchdog(),
    checks: {
      redis: createRedisCheck(redis, { required: false }),
      ...Object.fromEntries(
        Object.entries(urls).map(([name, url]) => [name, createReachCheck(url, { required: true })]),
      ),
    },
    async prepare() {
      await endedSessions.refresh();
      endedSessions.start();
    },
    async close() {
      endedSessions.stop();
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await closeRedis(redis);
    },
  };
}
