import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckFailed } from '../check-failed.ts';
import type { ApiResponse } from './response.ts';

export interface RequestParts {
  token?: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is; `headers` say what it is. */
  bytes?: string | Buffer;
}

export interface Api {
  readonly baseUrl: URL;
  send(method: string, path: string, parts?: RequestParts): Promise<ApiResponse>;
  get(path: string, parts?: RequestParts): Promise<ApiResponse>;
  post(path: string, body: unknown, parts?: RequestParts): Promise<ApiResponse>;
  close(): void;
}

const ANSWER_WITHIN_MS = 15_000;
/** A limit that is over so soon is waited for, once: the suite must be able to run twice in a row. */
const PATIENCE_S = 5;

/** A client for the API at `baseUrl` that shows every response to `watch` and neither repairs nor hides any. */
export function createApi(baseUrl: URL, watch: (response: ApiResponse) => void): Api {
  const secure = baseUrl.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const open = secure ? httpsRequest : httpRequest;

  async function send(method: string, path: string, parts: RequestParts = {}): Promise<ApiResponse> {
    const body = parts.bytes ?? (parts.body === undefined ? undefined : JSON.stringify(parts.body));
    const chunked = parts.headers?.['transfer-encoding'] !== undefined;
    const options: RequestOptions = {
      method,
      agent,
      headers: {
        ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...(parts.token === undefined ? {} : { authorization: `Bearer ${parts.token}` }),
        ...parts.headers,
      },
    };
    const request = `${method} ${path.length > 100 ? `${path.slice(0, 100)}…` : path}`;
    const once = (): Promise<ApiResponse> =>
      exchange(request, (onResponse) => open(new URL(path, baseUrl), options, onResponse), body);
    let response = await once();
    const wait = Number(response.headers['retry-after']);
    if (response.status === 429 && wait <= PATIENCE_S) {
      await sleep(wait * 1000);
      response = await once();
    }
    watch(response);
    return response;
  }

  return {
    baseUrl,
    send,
    get: (path, parts) => send('GET', path, parts),
    post: (path, body, parts) => send('POST', path, { ...parts, body }),
    close: () => agent.destroy(),
  };
}

function exchange(
  request: string,
  open: (onResponse: (message: IncomingMessage) => void) => ReturnType<typeof httpRequest>,
  body: string | Buffer | undefined,
): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const fail = (got: string): void => reject(new CheckFailed(request, 'a response', got));
    let answered = false;
    const outgoing = open((message) => {
      answered = true;
      read(request, message).then(resolve, (error: unknown) => fail(`a response that broke off: ${String(error)}`));
    });
    const limit = setTimeout(
      () => outgoing.destroy(new Error(`none within ${String(ANSWER_WITHIN_MS)} ms`)),
      ANSWER_WITHIN_MS,
    );
    // A server may respond and close before it has read a body that it refuses: the response counts, not the closing.
    outgoing.on('error', (error) => {
      if (!answered) fail(error.message);
    });
    outgoing.on('close', () => clearTimeout(limit));
    outgoing.end(body);
  });
}

async function read(request: string, message: IncomingMessage): Promise<ApiResponse> {
  let text = '';
  message.setEncoding('utf8');
  for await (const chunk of message) text += chunk;
  const headers = Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
  return { request, method: request.split(' ', 1)[0] ?? '', status: message.statusCode ?? 0, headers, text };
}
