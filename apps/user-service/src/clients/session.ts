import { setTimeout as sleep } from 'node:timers/promises';
import type { EndSessions, SessionsClient } from '@evenkeel/contracts';
import type { Logger } from '@evenkeel/telemetry';

/** Ends sessions at auth-service, by best effort. */
export interface SessionEnder {
  /** Resolves when they have ended or after a short while, whichever is first; never rejects. */
  end(request: EndSessions): Promise<void>;
  /** Cancels retries that are still running. */
  close(): void;
}

export interface SessionEnderOptions {
  client: SessionsClient;
  logger: Logger;
  /** How long a caller waits. */
  waitMs?: number;
  /** The pauses between the attempts. */
  pausesMs?: readonly number[];
}

/**
 * Changing a password or deleting a user must not fail because auth-service is unavailable: those sessions end at their
 * next refresh in any case, so to end them at once is tried a few times, in the background from the second time on.
 */
export function createSessionEnder(options: SessionEnderOptions): SessionEnder {
  const { client, logger, waitMs = 500, pausesMs = [1_000, 4_000, 15_000] } = options;
  const closing = new AbortController();

  async function tryRepeatedly(request: EndSessions): Promise<void> {
    for (const pauseMs of [0, ...pausesMs]) {
      try {
        await sleep(pauseMs, undefined, { signal: closing.signal, ref: false });
        await client.end(request);
        return;
      } catch (error) {
        if (closing.signal.aborted) break;
        logger.warn({ err: error, user_id: request.user_id }, 'sessions not ended yet; retrying');
      }
    }
    logger.error({ user_id: request.user_id }, 'sessions not ended; they last until their next refresh');
  }

  return {
    async end(request) {
      await Promise.race([tryRepeatedly(request), sleep(waitMs, undefined, { ref: false })]);
    },
    close: () => closing.abort(),
  };
}
