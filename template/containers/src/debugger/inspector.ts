/** A connection to Node's inspector, like a debugger's (Chrome DevTools Protocol). */
export interface Inspector extends Disposable {
  send<T>(method: string, params?: object): Promise<T>;
  /** Resolves with the next event of this name. */
  next<T>(method: string, limitMs?: number): Promise<T>;
}

interface Message {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/** Attaches to `port` of this machine, retrying until the limit: a restart may be in progress. */
export async function attach(port: number, limitMs = 60_000): Promise<Inspector> {
  const url = await targetUrl(port, Date.now() + limitMs);
  const socket = new WebSocket(url);
  const answers = new Map<number, (message: Message) => void>();
  const events = new EventTarget();
  socket.addEventListener('message', ({ data }: { data: string }) => {
    const message = JSON.parse(data) as Message;
    if (message.id !== undefined) answers.get(message.id)?.(message);
    else if (message.method) events.dispatchEvent(new CustomEvent(message.method, { detail: message.params }));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`${url} cannot be opened`)));
  });
  let last = 0;
  return {
    async send<T>(method: string, params: object = {}): Promise<T> {
      const id = ++last;
      const answer = new Promise<Message>((resolve) => answers.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params }));
      const { result, error } = await answer;
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result as T;
    },
    next<T>(method: string, eventLimitMs = 60_000): Promise<T> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${method} within ${eventLimitMs} ms`)), eventLimitMs);
        const seen = (event: Event): void => {
          clearTimeout(timer);
          resolve((event as CustomEvent<T>).detail);
        };
        events.addEventListener(method, seen, { once: true });
      });
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

async function targetUrl(port: number, until: number): Promise<string> {
  for (;;) {
    const found = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(2_000) })
      .then((answer) => answer.json() as Promise<{ webSocketDebuggerUrl: string }[]>)
      .catch(() => []);
    if (found[0] !== undefined) return found[0].webSocketDebuggerUrl;
    if (Date.now() > until) throw new Error(`no inspector listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
