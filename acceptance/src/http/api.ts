import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenPromise } from '../broken-promise.ts';
import type { Answer } from './answer.ts';

export interface Ask {
  token?: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is; `headers` say what it is. */
  bytes?: string | Buffer;
}

export interface Api {
  readonly baseUrl: URL;
  send(method: string, path: string, ask?: Ask): Promise<Answer>;
  get(path: string, ask?: Ask): Promise<Answer>;
  post(path: string, body: unknown, ask?: Ask): Promise<Answer>;
  close(): void;
}

const ANSWER_WITHIN_MS = 15_000;
/** A limit that is over so soon is waited for, once: the suite must be able to run twice in a row. */
const PATIENCE_S = 5;

/** A client for the API at `baseUrl` that shows every answer to `watch` and neither repairs nor hides any. */
export function createApi(baseUrl: URL, watch: (answer: Answer) => void): Api {
  const secure = baseUrl.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const request = secure ? httpsRequest : httpRequest;

  async function send(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const body = ask.bytes ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    const chunked = ask.headers?.['transfer-encoding'] !== undefined;
    const options: RequestOptions = {
      method,
      agent,
      headers: {
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...(ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` }),
        ...ask.headers,
      },
    };
    const asked = `${method} ${path.length > 100 ? `${path.slice(0, 100)}…` : path}`;
    const once = (): Promise<Answer> =>
      exchange(asked, (onAnswer) => request(new URL(path, baseUrl), options, onAnswer), body);
    let answer = await once();
    const wait = Number(answer.headers['retry-after']);
    if (answer.status === 429 && wait <= PATIENCE_S) {
      await sleep(wait * 1000);
      answer = await once();
    }
    watch(answer);
    return answer;
  }

  return {
    baseUrl,
    send,
    get: (path, ask) => send('GET', path, ask),
    post: (path, body, ask) => send('POST', path, { ...ask, body }),
    close: () => agent.destroy(),
  };
}

function exchange(
  asked: string,
  open: (onAnswer: (message: IncomingMessage) => void) => ReturnType<typeof httpRequest>,
  body: string | Buffer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (got: string): void => reject(new BrokenPromise(asked, 'an answer', got));
    let answered = false;
    const outgoing = open((message) => {
      answered = true;
      read(asked, message).then(resolve, (error: unknown) => fail(`an answer that broke off: ${String(error)}`));
    });
    const limit = setTimeout(
      () => outgoing.destroy(new Error(`none within ${String(ANSWER_WITHIN_MS)} ms`)),
      ANSWER_WITHIN_MS,
    );
    // A server may answer and close before it has read a body that it refuses: the answer counts, not the closing.
    outgoing.on('error', (error) => {
      if (!answered) fail(error.message);
    });
    outgoing.on('close', () => clearTimeout(limit));
    outgoing.end(body);
  });
}

async function read(asked: string, message: IncomingMessage): Promise<Answer> {
  let text = '';
  message.setEncoding('utf8');
  for await (const chunk of message) text += chunk;
  const headers = Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
  return { asked, method: asked.split(' ', 1)[0] ?? '', status: message.statusCode ?? 0, headers, text };
}
