import { once, type EventEmitter } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `/readyz` of an admin port returns 200; polls every 20 ms. Rejects when aborted. */
export async function untilReady(adminUrl: string, signal: AbortSignal): Promise<void> {
  while (!(await isReady(adminUrl))) await sleep(20, undefined, { signal });
}

function isReady(adminUrl: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`${adminUrl}/readyz`, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/**
 * Waits for the start that is under way.
 *
 * @param events of the runner, by their type
 * @param ended resolves to the reason when its process exits
 * @param untilLive resolves when the service is live: by default when the runner says so
 * @throws Error with the reason when the runner says that the start failed, or when the process exits
 */
export async function liveOrFailed(
  events: EventEmitter,
  outer?: AbortSignal,
  ended?: Promise<string>,
  untilLive = (signal: AbortSignal): Promise<unknown> => once(events, 'ready', { signal }),
): Promise<void> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, ...(outer ? [outer] : [])]);
  const failed = once(events, 'failed', { signal }).then(([event]) => (event as { message: string }).message);
  const failure = Promise.race([failed, ...(ended ? [ended] : [])]).then((message) => {
    throw new Error(message);
  });
  await Promise.race([untilLive(signal), failure]).finally(() => settled.abort());
}
