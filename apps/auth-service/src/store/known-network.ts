import type { Redis } from '@evenkeel/redis';
import { subjectOf } from './subject.ts';
import { keys } from './redis-key.ts';

/**
 * The networks that accounts have signed in from, so that attackers elsewhere cannot lock owners out. It is added once
 * credentials were right, which stays true when a paused server carries it out late.
 */
export interface KnownNetworks {
  has(account: string, network: string): Promise<boolean>;
  add(account: string, network: string): Promise<void>;
}

/** How long a network is known after a sign-in, and how many of them are. */
export const KEPT_MS = 90 * 86_400_000;
export const MAX_NETWORKS = 50;

/** @param now milliseconds since the epoch. */
export function createKnownNetworks(redis: Redis, now: () => number): KnownNetworks {
  return {
    async has(account, network) {
      const at = await redis.zscore(keys.knownNetworks(subjectOf(account)), subjectOf(account, network));
      return at !== null && now() - Number(at) <= KEPT_MS;
    },
    async add(account, network) {
      const key = keys.knownNetworks(subjectOf(account));
      await redis
        .multi()
        .zadd(key, now(), subjectOf(account, network))
        .zremrangebyrank(key, 0, -MAX_NETWORKS - 1)
        .pexpire(key, KEPT_MS)
        .exec();
    },
  };
}
