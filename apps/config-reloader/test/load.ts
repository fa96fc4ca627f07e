import { EventEmitter, once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Four clients that ask again and again, two of them on connections that they keep. */
export class Load {
  readonly failures: string[] = [];
  /** The routes that have answered, by the name that each puts into its header. */
  readonly seen = new Set<string>();
  requests = 0;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #news = new EventEmitter();
  readonly #clients: Promise<void>[];
  #isStopped = false;

  constructor(url: string) {
    this.#url = url;
    this.#clients = [this.#agent, this.#agent, false as const, false as const].map((agent) => this.#run(agent));
  }

  /** Resolves when a response shows that these routes are in force. */
  async sees(routes: string): Promise<void> {
    if (!this.seen.has(routes)) await once(this.#news, routes, { signal: AbortSignal.timeout(60_000) });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #run(agent: Agent | false): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#ask(agent);
      } catch (error) {
        this.failures.push(String(error));
      }
      await sleep(5);
    }
  }

  async #ask(agent: Agent | false): Promise<void> {
    const [response] = (await once(get(this.#url, { agent, timeout: 30_000 }), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    this.requests += 1;
    if (response.statusCode !== 200) this.failures.push(String(response.statusCode));
    const routes = String(response.headers['x-routes']);
    if (this.seen.has(routes)) return;
    this.seen.add(routes);
    this.#news.emit(routes);
  }
}
