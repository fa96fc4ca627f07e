import { once, type EventEmitter } from 'node:events';

/**
 * Waits for the start that is under way.
 *
 * @param events of the runner, by their type
 * @param untilLive resolves when the service is live
 * @param ended resolves to the reason when its process ends
 * @throws Error with the reason when the runner says that the start failed, or when the process ends
 */
export async function liveOrFailed(
  events: EventEmitter,
  untilLive: (signal: AbortSignal) => Promise<unknown>,
  outer?: AbortSignal,
  ended?: Promise<string>,
): Promise<void> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, ...(outer ? [outer] : [])]);
  const failed = once(events, 'failed', { signal }).then(([event]) => (event as { message: string }).message);
  const failure = Promise.race([failed, ...(ended ? [ended] : [])]).then((message) => {
    throw new Error(message);
  });
  await Promise.race([untilLive(signal), failure]).finally(() => settled.abort());
}

/** Resolves at the runner's next `ready`. */
export const nextReady = (events: EventEmitter) => (signal: AbortSignal) => once(events, 'ready', { signal });
