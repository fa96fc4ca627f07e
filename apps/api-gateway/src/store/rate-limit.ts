import { AppError } from '@evenkeel/errors';
import type { Redis } from '@evenkeel/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { methodsOf, prefixKey, type Route } from '../route.ts';

export type RateLimit = NonNullable<Route['rate_limit']>;

/** What identifies a route. */
export type RouteIdentity = Pick<Route, 'prefix' | 'methods'>;

/** Counts requests, for all gateways together. */
export interface RateLimits {
  /**
   * Counts one request of `who` under a route's limit.
   * @returns header fields that tell where `who` stands.
   * @throws AppError `rate_limited`
   */
  take(limit: RateLimit, route: RouteIdentity, who: string): Promise<Record<string, string>>;
}

/** A Redis that hangs must not make every request wait: after a failure it is not used for a while. */
const REDIS_LIMIT_MS = 250;
const REDIS_PAUSE_MS = 1_000;

interface Limiter {
  shared: RateLimiterRedis;
  /** Local to each gateway, while Redis is unavailable. */
  own: RateLimiterMemory;
}

/** @param now milliseconds of a clock that is never set back. */
export function createRateLimits(redis: Redis, now: () => number = () => performance.now()): RateLimits {
  const limiters = new Map<string, Limiter>();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  /** A limit that a reload changed is another limiter: counts of the old one mean nothing to it. */
  function limiterOf({ requests, window_s }: RateLimit, route: RouteIdentity): Limiter {
    // Routes of one prefix may have the same numbers, and still count apart: their methods differ.
    const key = `${methodsOf([route]).join(',')}:${prefixKey(route)}:${requests}/${window_s}`;
    const options = { keyPrefix: `gateway:rate:${key}`, points: requests, duration: window_s };
    const known = limiters.get(key) ?? {
      shared: new RateLimiterRedis({ ...options, storeClient: redis }),
      own: new RateLimiterMemory(options),
    };
    limiters.set(key, known);
    return known;
  }

  async function consume({ shared, own }: Limiter, who: string): Promise<RateLimiterRes> {
    if (redis.status !== 'ready' || now() < pausedUntil) return own.consume(who);
    try {
      return await within(REDIS_LIMIT_MS, shared.consume(who));
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      pausedUntil = now() + REDIS_PAUSE_MS;
      return own.consume(who);
    }
  }

  return {
    async take(limit, route, who) {
      const policy = { 'RateLimit-Policy': `"route";q=${limit.requests};w=${limit.window_s}` };
      try {
        const result = await consume(limiterOf(limit, route), who);
        return { ...policy, RateLimit: state(result.remainingPoints, result) };
      } catch (result) {
        if (!(result instanceof RateLimiterRes)) throw result;
        const headers = { ...policy, RateLimit: state(0, result), 'Retry-After': String(seconds(result)) };
        throw new AppError('rate_limited', 'Too many requests. Retry after the time in Retry-After.', { headers });
      }
    },
  };
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: how many more, and in how many seconds that starts anew. */
function state(remaining: number, result: RateLimiterRes): string {
  return `"route";r=${remaining};t=${seconds(result)}`;
}

function seconds({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${ms} ms`)), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
