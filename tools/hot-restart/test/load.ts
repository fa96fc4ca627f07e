import { Agent, request } from 'node:http';

export interface Answer {
  connection: 'new' | 'kept';
  /** When the request was begun: milliseconds since the epoch. */
  begun: number;
  text: string;
  error: string | undefined;
}

/** Sends GET requests at a steady rate, every second one on a new connection, the others on four that are kept. */
export class Load {
  readonly answers: Answer[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #running = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #url: string;
  #count = 0;

  constructor(url: string, perSecond: number) {
    this.#url = url;
    this.#timer = setInterval(() => this.#send(), 1000 / perSecond);
  }

  async stop(): Promise<Answer[]> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
    this.#agent.destroy();
    return this.answers;
  }

  #send(): void {
    const connection = (this.#count += 1) % 2 === 0 ? 'new' : 'kept';
    const begun = Date.now();
    const running = get(this.#url, connection === 'kept' ? this.#agent : false)
      .then(
        (text) => void this.answers.push({ connection, begun, text, error: undefined }),
        (error: unknown) => void this.answers.push({ connection, begun, text: '', error: String(error) }),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

export function get(url: string, agent: Agent | false): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}`)),
      );
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('no answer within 10 s')));
    outgoing.end();
  });
}
