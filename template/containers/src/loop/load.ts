import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadResult {
  answered: number;
  /** For each: when it was sent, how long it took to fail, and how, with the error code. */
  failed: string[];
}

export interface LoadRequest {
  url: string;
  headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  status: number;
  body: string;
}

interface LoadOptions {
  perSecond?: number;
  /** What does not count as a failure; a status below 500 by default. */
  isAnswer?: (response: Answered) => boolean;
}

/** So that a machine which cannot answer so many gets fewer, instead of a queue that only grows. */
const MOST_PENDING = 10;

/** Sends each of `requests` in turn, 50 a second, on a new connection each time, until it is stopped. */
export function underLoad(
  requests: readonly [LoadRequest, ...LoadRequest[]],
  { perSecond = 50, isAnswer = ({ status }) => status < 500 }: LoadOptions = {},
): { stop: () => Promise<LoadResult> } {
  const result: LoadResult = { answered: 0, failed: [] };
  const pending = new Set<Promise<void>>();
  let running = true;
  const loop = (async () => {
    for (let index = 0, next = performance.now(); running; index++) {
      const request = requests[index % requests.length] ?? requests[0];
      const [at, begun] = [new Date().toISOString(), performance.now()];
      const fail = (how: string) => {
        result.failed.push(
          `${at}, ${new URL(request.url).pathname} after ${Math.round(performance.now() - begun)} ms: ${how}`,
        );
      };
      const asked = ask(request).then(
        (response) => {
          if (isAnswer(response)) result.answered += 1;
          else fail(`status ${response.status} ${response.body}`.trim());
        },
        ({ code, message }: NodeJS.ErrnoException) => fail(code === undefined ? message : `${code}, ${message}`),
      );
      pending.add(asked);
      void asked.finally(() => pending.delete(asked));
      if (pending.size >= MOST_PENDING) await Promise.race(pending);
      next = Math.max(next + 1000 / perSecond, performance.now() - 1000);
      await sleep(Math.max(0, next - performance.now()));
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

function ask({ url, headers = {} }: LoadRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers, timeout: 10_000 }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.once('error', reject).once('timeout', () => request.destroy(new Error('no answer within 10 s')));
  });
}
