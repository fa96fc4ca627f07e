import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadResult {
  answered: number;
  /** For each: when it was sent, how long it took to fail, and how, with the error code. */
  failed: string[];
}

/** Requests `url` 50 times a second, each on a new connection, until stopped. */
export function underLoad(url: string): { stop: () => Promise<LoadResult> } {
  const result: LoadResult = { answered: 0, failed: [] };
  const pending = new Set<Promise<void>>();
  let running = true;
  const loop = (async () => {
    while (running) {
      const [at, begun] = [new Date().toISOString(), performance.now()];
      const fail = (how: string) => {
        result.failed.push(`${at}, after ${Math.round(performance.now() - begun)} ms: ${how}`);
      };
      const asked = ask(url).then(
        (status) => (status < 500 ? void (result.answered += 1) : fail(`status ${status}`)),
        ({ code, message }: NodeJS.ErrnoException) => fail(code === undefined ? message : `${code}, ${message}`),
      );
      pending.add(asked);
      void asked.finally(() => pending.delete(asked));
      await sleep(20);
    }
  })();
  return {
    async stop() {
      running = false;
      await loop;
      await Promise.all(pending);
      return result;
    },
  };
}

function ask(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: 10_000 }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('error', reject).once('timeout', () => request.destroy(new Error('no answer within 10 s')));
  });
}
