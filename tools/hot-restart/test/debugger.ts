import { once } from 'node:events';

/** What a debugger is and does, as far as tests need: a client of the inspector's protocol. */
export class Debugger implements Disposable {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #events: { method: string; params: unknown }[] = [];
  #lastId = 0;
  closed = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('close', () => (this.closed = true));
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { id?: number; result?: unknown; method?: string; params?: unknown };
      if (message.id !== undefined) this.#answers.get(message.id)?.(message.result);
      else if (message.method !== undefined) this.#events.push({ method: message.method, params: message.params });
    });
  }

  /** Attaches as an editor does: by the port alone. Rejects while nothing is there. `domains`: what it is to hear of. */
  static async attach(port: number, domains = ['Runtime', 'Debugger']): Promise<Debugger> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
    await once(socket as unknown as EventTarget as never, 'open');
    const attached = new Debugger(socket);
    for (const domain of domains) await attached.send(`${domain}.enable`);
    return attached;
  }

  send(method: string, params: object = {}): Promise<unknown> {
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** Takes the first event of this kind that has come. */
  take(method: string): unknown {
    const index = this.#events.findIndex((event) => event.method === method);
    return index < 0 ? undefined : this.#events.splice(index, 1)[0]?.params;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
