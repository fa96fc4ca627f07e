import type { LiveConfig } from '@evenkeel/config';
import { closeRedis, connectRedis, redisCheck } from '@evenkeel/redis';
import { reach, type Dependencies } from '@evenkeel/service';
import type { Logger } from '@evenkeel/telemetry';
import { createVerifier, remoteKeys } from '@evenkeel/tokens';
import { metrics } from '@opentelemetry/api';
import { fetchDescriptions, type Descriptions } from './clients/description.ts';
import { upstreamUrls, type Config } from './config.ts';
import { createUpstream, type Upstream } from './proxy/upstream.ts';
import { createAccess, type Access } from './request/access.ts';
import { createPeers } from './request/peer.ts';
import { followEndedSessions } from './store/ended-session.ts';
import { createRateLimits, type RateLimits } from './store/rate-limit.ts';
import { StaleCopies } from './store/stale-copy.ts';

/** What serving a request takes. */
export interface GatewayDependencies {
  config: Pick<LiveConfig<Config>, 'current'>;
  logger: Logger;
  upstreams: ReadonlyMap<string, Upstream>;
  access: Access;
  rateLimits: RateLimits;
  copies: StaleCopies;
  peers: ReturnType<typeof createPeers>;
  /** What the services offer, as they say at the moment. */
  descriptions: () => Promise<Descriptions>;
}

/** Opens what the gateway talks to. `prepare` runs once before it is ready, and `close` closes all of it. */
export function createDependencies(config: LiveConfig<Config>, logger: Logger) {
  const { REDIS_URL, REDIS_PASSWORD, TRUSTED_PROXIES, TOKEN_ISSUER, TOKEN_AUDIENCE } = config.current;
  const urls = upstreamUrls(config.current);
  const redis = connectRedis({ url: REDIS_URL, password: REDIS_PASSWORD, logger, name: 'api-gateway' });
  const endedSessions = followEndedSessions({ redis, logger });
  const upstreams = new Map(
    Object.entries(urls).map(([name, url]) => [
      name,
      createUpstream({ name, url, onBreaker: (state) => logger.warn({ upstream: name, breaker: state }, 'breaker') }),
    ]),
  );
  watchBreakers([...upstreams.values()]);
  const keys = remoteKeys({
    url: new URL('/.well-known/jwks.json', urls['auth-service']),
    onFailure: (error) => logger.warn({ err: error }, 'the public keys of auth-service cannot be fetched'),
  });
  const verifier = createVerifier({ issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, keys });

  const checks: Dependencies = {
    redis: redisCheck(redis, { required: false }),
    ...Object.fromEntries(
      Object.entries(urls).map(([name, url]) => [
        name,
        { required: true, check: (signal: AbortSignal) => reach(url, signal) },
      ]),
    ),
  };

  return {
    config,
    logger,
    upstreams,
    access: createAccess(verifier, (sessionId) => endedSessions.has(sessionId)),
    rateLimits: createRateLimits(redis),
    copies: new StaleCopies(),
    peers: createPeers(TRUSTED_PROXIES, logger),
    descriptions: () => fetchDescriptions(urls),
    checks,
    async prepare() {
      await endedSessions.refresh();
      endedSessions.start();
    },
    async close() {
      endedSessions.stop();
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await closeRedis(redis);
    },
  } satisfies GatewayDependencies & Record<string, unknown>;
}

function watchBreakers(upstreams: readonly Upstream[]): void {
  metrics
    .getMeter('@evenkeel/api-gateway')
    .createObservableGauge('gateway.breaker.open', { description: '1 while an upstream gets no requests' })
    .addCallback((result) => {
      for (const { name, breaker } of upstreams) result.observe(breaker === 'open' ? 1 : 0, { upstream: name });
    });
}
