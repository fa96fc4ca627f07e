import { Agent, request } from 'node:http';
import type { Answer } from './tally.ts';

/** Requests the text at a steady rate, alternately on a new connection and on one of four kept ones. */
export class Traffic {
  readonly answers: Answer[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #running = new Set<Promise<unknown>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(url: string, perSecond: number) {
    this.#timer = setInterval(() => {
      const connection = (this.#count += 1) % 2 === 0 ? 'new' : 'kept';
      const begun = performance.now();
      const running = askVersion(url, connection === 'kept' ? this.#agent : undefined)
        .catch(() => undefined)
        .then((version) => this.answers.push({ connection, begun, version }))
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    }, 1000 / perSecond);
  }

  async stop(): Promise<Answer[]> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
    this.#agent.destroy();
    return this.answers;
  }
}

/** The version in the service's response; on a new connection unless an agent keeps them. */
export function askVersion(url: string, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: agent ?? false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200 && /^\d+$/.test(text)) resolve(Number(text));
        else reject(new Error(`status ${response.statusCode ?? 0}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(5000, () => outgoing.destroy(new Error('no answer within 5 s')));
    outgoing.end();
  });
}
