import { assertDocumented } from './description/check-response.ts';

/** A response with its body read: as JSON, `{}` when it is empty. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

export interface SendOptions {
  /** Sent as a bearer token. */
  token?: string | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface TestClient {
  send<T = Record<string, unknown>>(method: string, path: string, options?: SendOptions): Promise<Answer<T>>;
}

/** Sends requests to a service over real HTTP, and throws for a response that is not as the service describes it. */
export function createTestClient(service: { url: string; openapi: () => object }): TestClient {
  const check = assertDocumented(service.openapi);
  return {
    async send<T>(method: string, path: string, { token, body, raw, headers = {} }: SendOptions = {}) {
      const response = await fetch(service.url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: raw ?? (body === undefined ? null : JSON.stringify(body)),
      });
      const text = await response.text();
      check(method, path, { status: response.status, headers: response.headers, text });
      return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as T };
    },
  };
}
