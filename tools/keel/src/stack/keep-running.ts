import { setTimeout as sleep } from 'node:timers/promises';

interface Running {
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const RETRY_MS = [100, 500, 1_000, 2_000, 4_000];

/**
 * Restarts a store or a sidecar that exited or was killed. Services recover by themselves once it is back.
 *
 * @param open starts it; the signal cancels that
 * @param report called with what happens to it, in a few words
 * @param retryMs the waits before each attempt; after the last one it stays down
 */
export function keepRunning<T extends Running>(
  first: T,
  open: (signal: AbortSignal) => Promise<T>,
  report: (text: string) => void,
  retryMs: readonly number[] = RETRY_MS,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let current: T | undefined;
  const reopen = async (): Promise<T | undefined> => {
    for (const wait of retryMs) {
      try {
        await sleep(wait, undefined, { signal });
        const store = await open(signal);
        report('it is running again');
        return store;
      } catch (error) {
        if (signal.aborted) return undefined;
        report(error instanceof Error ? error.message : String(error));
      }
    }
    report('it stays down; stop the stack (./keel down) and start it again');
    return undefined;
  };
  const watch = async () => {
    for (let store: T | undefined = first; store !== undefined; store = await reopen()) {
      current = store;
      // It was still starting when the stack stopped.
      if (signal.aborted) await store.stop();
      await store.exited;
      current = undefined;
      if (signal.aborted) return;
      report('it exited; restarting it');
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await current?.stop();
      await watching;
    },
  };
}
