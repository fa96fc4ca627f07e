import { AppError } from '@evenkeel/errors';
import type { Redis } from '@evenkeel/redis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Rate } from '../rate.ts';
import { keys } from './redis-key.ts';
import { subjectOf } from './subject.ts';

/**
 * Counts attempts by subject, in all replicas together. A count that a paused server carries out late is one attempt more
 * or less in its window, and nothing else depends on it.
 */
export interface Limit {
  /** Counts one attempt. Throws `rate_limited` with `Retry-After` when there were too many, `unavailable` without Redis. */
  take(...subject: readonly string[]): Promise<void>;
  /** Takes one attempt back. */
  giveBack(...subject: readonly string[]): Promise<void>;
  /** Forgets all attempts of the subject. */
  forget(...subject: readonly string[]): Promise<void>;
}

export function createLimit(redis: Redis, name: string, { points, seconds }: Rate): Limit {
  const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: keys.limit(name), points, duration: seconds });
  return {
    async take(...subject) {
      try {
        await limiter.consume(subjectOf(...subject));
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany(error.msBeforeNext) : error;
      }
    },
    async giveBack(...subject) {
      await limiter.reward(subjectOf(...subject));
    },
    async forget(...subject) {
      await limiter.delete(subjectOf(...subject));
    },
  };
}

function tooMany(waitMs: number): AppError {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return new AppError('rate_limited', `Too many attempts. Retry in ${seconds} s.`, {
    headers: { 'retry-after': seconds },
  });
}
