import { ENDED_SESSION_KEPT_MS, ENDED_SESSIONS_KEY } from '@evenkeel/contracts';
import { AppError } from '@evenkeel/errors';
import type { Redis } from '@evenkeel/redis';
import type { Logger } from '@evenkeel/telemetry';

/** Sessions that ended while their access tokens are still good. */
export interface EndedSessions {
  /** Throws `unavailable` until the list was read once: an ended session must not pass for an open one. */
  has(sessionId: string): boolean;
  /** Reads once. Never throws: known entries stay while Redis is unavailable. */
  refresh(): Promise<void>;
  /** Reads periodically, until `stop`. */
  start(): void;
  stop(): void;
}

export interface EndedSessionsOptions {
  redis: Pick<Redis, 'zrangebyscore'>;
  logger: Logger;
  intervalMs?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

const INTERVAL_MS = 500;
/** The writers' clocks may be apart, and the first to write is not the first to be read. */
const OVERLAP_MS = 10_000;

/** Follows the sessions that auth-service ends, so that their tokens stop here within a second. */
export function createEndedSessions(options: EndedSessionsOptions): EndedSessions {
  const { redis, logger, intervalMs = INTERVAL_MS, now = Date.now } = options;
  const ended = new Map<string, number>();
  let newest = 0;
  let known = false;
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function refresh(): Promise<void> {
    try {
      // A clock that is ahead (or was set back since) must not make this look past what others write with theirs.
      const from = Math.max(Math.min(newest, now()) - OVERLAP_MS, now() - ENDED_SESSION_KEPT_MS);
      const entries = await redis.zrangebyscore(ENDED_SESSIONS_KEY, from, '+inf', 'WITHSCORES');
      for (let index = 0; index < entries.length; index += 2) {
        const endedAt = Number(entries[index + 1]);
        ended.set(entries[index] ?? '', endedAt);
        newest = Math.max(newest, endedAt);
      }
      for (const [sessionId, endedAt] of ended) if (endedAt < now() - ENDED_SESSION_KEPT_MS) ended.delete(sessionId);
      known = true;
      if (away) logger.info('ended sessions are readable again');
      away = false;
    } catch (error) {
      const meanwhile = known ? 'those already read stay refused' : 'no token is accepted until they are';
      if (!away) logger.warn({ err: error }, `ended sessions cannot be read; ${meanwhile}`);
      away = true;
    }
  }

  async function follow(): Promise<void> {
    await refresh();
    if (!stopped) timer = setTimeout(() => void follow(), intervalMs).unref();
  }

  return {
    has(sessionId) {
      if (known) return ended.has(sessionId);
      throw new AppError('unavailable', 'Tokens cannot be verified at the moment. Retry shortly.', {
        headers: { 'retry-after': '1' },
      });
    },
    refresh,
    start: () => void follow(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
