import { AppError } from '@evenkeel/errors';
import { createScript, type Redis } from '@evenkeel/redis';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { methods, prefixKey, type Route } from '../route.ts';
import { createBatch } from './batch.ts';

export type LimitedRoute = Pick<Route, 'prefix' | 'methods' | 'rate_limit'>;

/** Counts requests, for all gateways together. */
export interface RateLimits {
  /**
   * Counts one request of `who` under a route's limit, if it has one.
   * @returns header fields that tell where `who` stands, as alternating names and values.
   * @throws AppError `rate_limited`
   */
  take(route: LimitedRoute, who: string): Promise<readonly string[]>;
}

/** A Redis that hangs must not make every request wait: after a failure it is not used for a while. */
const REDIS_LIMIT_MS = 250;
const REDIS_PAUSE_MS = 1_000;

/** Counts one request under each key, which expires after its ARGV seconds. Returns each count and the milliseconds left. */
const TAKE = `
local standing = {}
for index, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('EXPIRE', key, ARGV[index]) end
  standing[2 * index - 1] = count
  standing[2 * index] = redis.call('PTTL', key)
end
return standing
`;

interface Limiter {
  requests: number;
  windowS: number;
  policy: string;
  keyPrefix: string;
  /** Local to each gateway, while Redis is unavailable. */
  own: RateLimiterMemory;
}

/** Requests counted, and the milliseconds until the count starts anew. */
interface Standing {
  count: number;
  msLeft: number;
}

/** @param now milliseconds of a clock that is never set back. */
export function createRateLimits(redis: Redis, now: () => number = () => performance.now()): RateLimits {
  // With the routes that a reload replaces their limiters go.
  const limiters = new WeakMap<LimitedRoute, Limiter>();
  const run = createScript<number[]>(redis, 'gatewayTake', TAKE);
  let pausedUntil = Number.NEGATIVE_INFINITY;
  // One call for all requests of one turn of the event loop: a round trip for each would cost as much as forwarding it.
  const takeAll = createBatch(async (takes: readonly { key: string; windowS: number }[]) => {
    const keys = takes.map(({ key }) => key);
    const flat = await within(
      REDIS_LIMIT_MS,
      run(
        keys,
        takes.map(({ windowS }) => windowS),
      ),
    );
    return takes.map((_, index): Standing => ({ count: flat[2 * index] ?? 0, msLeft: flat[2 * index + 1] ?? 0 }));
  });

  async function countAlone({ own }: Limiter, who: string): Promise<Standing> {
    const { consumedPoints, msBeforeNext } = await own.consume(who).catch((refused: RateLimiterRes) => refused);
    return { count: consumedPoints, msLeft: msBeforeNext };
  }

  function count(limiter: Limiter, who: string): Promise<Standing> {
    if (redis.status !== 'ready' || now() < pausedUntil) return countAlone(limiter, who);
    return takeAll({ key: limiter.keyPrefix + who, windowS: limiter.windowS }).catch(() => {
      pausedUntil = now() + REDIS_PAUSE_MS;
      return countAlone(limiter, who);
    });
  }

  return {
    async take(route, who) {
      if (route.rate_limit === undefined) return [];
      const limiter = limiters.get(route) ?? createLimiter(route, route.rate_limit);
      limiters.set(route, limiter);
      const { count: taken, msLeft } = await count(limiter, who);
      // The fields of draft-ietf-httpapi-ratelimit-headers: how many more, and in how many seconds that starts anew.
      const { requests, policy } = limiter;
      const seconds = Math.max(1, Math.ceil(msLeft / 1_000));
      const state = `"route";r=${String(Math.max(0, requests - taken))};t=${String(seconds)}`;
      if (taken <= requests) return ['RateLimit-Policy', policy, 'RateLimit', state];
      const headers = { 'RateLimit-Policy': policy, RateLimit: state, 'Retry-After': String(seconds) };
      throw new AppError('rate_limited', 'Too many requests. Retry after the time in Retry-After.', { headers });
    },
  };
}

function createLimiter(route: LimitedRoute, limit: NonNullable<Route['rate_limit']>): Limiter {
  const { requests, window_s: windowS } = limit;
  // Routes of one prefix may have the same numbers, and still count apart: their methods differ. A limit that a reload
  // changed is another one as well: counts of the old one mean nothing to it.
  const own = methods.filter((method) => route.methods.includes(method));
  const key = `${own.join(',')}:${prefixKey(route)}:${String(requests)}/${String(windowS)}`;
  return {
    requests,
    windowS,
    policy: `"route";q=${String(requests)};w=${String(windowS)}`,
    keyPrefix: `gateway:rate:${key}:`,
    own: new RateLimiterMemory({ points: requests, duration: windowS }),
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${ms} ms`)), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
