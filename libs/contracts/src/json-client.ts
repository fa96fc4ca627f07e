import { AppError, problemSchema, type ErrorCode } from '@evenkeel/errors';
import { observeClientRequests } from '@evenkeel/telemetry';
import type { z } from 'zod';
import { request, type Dispatcher } from 'undici';

export interface JsonRequest<S extends z.ZodType> {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  token?: string;
  /** What the response must be; `null` when it has no body. */
  response: S | null;
  /** For whom the call is made. */
  requester?: Requester;
  /**
   * Whether the call changes something at the service. Without a response it is not known whether it was carried out:
   * the error is `timeout` or `bad_gateway` then, and not `unavailable`, which means that it was not.
   */
  changes?: boolean;
}

/** The client whose request a call is made for. */
export interface Requester {
  /** Aborts when they have disconnected: the call is cancelled, too. */
  signal: AbortSignal;
  /** Their address, as a value of `Forwarded` (RFC 7239). */
  forwarded: string;
}

/** Calls another service and checks its response against a contract. */
export interface JsonClient {
  call<S extends z.ZodType>(request: JsonRequest<S>): Promise<z.output<S>>;
}

export interface JsonClientOptions {
  /** `http://host:port` of the service. */
  baseUrl: string;
  /** Its name, for messages. */
  name: string;
  /** How long a whole call may take. */
  timeoutMs?: number;
  /** Codes of its problems that callers of this service may see as their own; any other becomes `bad_gateway`. */
  passOn?: readonly ErrorCode[];
  dispatcher?: Dispatcher;
}

/**
 * A client for one service. It throws AppError: `unavailable` when the service cannot be reached or is not available,
 * `bad_gateway` when its response violates the contract, and the codes in `passOn` as they are.
 */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const { baseUrl, name, timeoutMs = 1_500, passOn = [], dispatcher } = options;
  const begin = observeClientRequests(baseUrl);

  async function send(call: JsonRequest<z.ZodType>): Promise<Answer> {
    const { requester } = call;
    const limit = AbortSignal.timeout(timeoutMs);
    const observed = begin(call.method, call.path);
    try {
      const response = await request(new URL(call.path, baseUrl), {
        method: call.method,
        headers: {
          ...observed.headers,
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
          ...(requester === undefined ? {} : { forwarded: requester.forwarded }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal: requester === undefined ? limit : AbortSignal.any([limit, requester.signal]),
        ...(dispatcher === undefined ? {} : { dispatcher }),
      });
      const retryAfter = response.headers['retry-after'];
      const text = await response.body.text();
      observed.end(response.statusCode);
      return { status: response.statusCode, retryAfter, text };
    } catch (cause) {
      observed.end(cause as Error);
      if (call.changes !== true || wasNotSent(cause)) throw unavailable(`${name} is unavailable.`, cause);
      throw outcomeUnknown(name, cause);
    }
  }

  return {
    async call(call) {
      const { status, retryAfter, text } = await send(call);
      if (status >= 200 && status < 300) return accept(call.response, text, name);
      const problem = problemSchema.safeParse(parse(text)).data;
      const code = passOn.find((known) => known === problem?.code);
      if (code !== undefined) {
        throw new AppError(code, problem?.detail ?? '', {
          ...(problem?.errors === undefined ? {} : { errors: problem.errors }),
          ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
        });
      }
      const cause = new Error(
        `${name} answered ${String(status)} ${problem?.code ?? ''} to ${call.method} ${call.path}`,
      );
      if (status === 503 || status === 429) throw unavailable(`${name} is not available.`, cause, retryAfter);
      throw new AppError('bad_gateway', `${name} returned a response that breaks its contract.`, { cause });
    },
  };
}

interface Answer {
  status: number;
  retryAfter: string | string[] | undefined;
  text: string;
}

function unavailable(message: string, cause: unknown, retryAfter: unknown = '1'): AppError {
  return new AppError('unavailable', message, { cause, headers: { 'retry-after': String(retryAfter) } });
}

/** There was no connection that the request could have been sent on. */
const notConnected = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function wasNotSent(error: unknown): boolean {
  return notConnected.has(String((error as { code?: unknown }).code));
}

function outcomeUnknown(name: string, cause: unknown): AppError {
  const tooLate = (cause as { name?: unknown }).name === 'TimeoutError';
  const message = `${name} did not confirm that it was done. It may have been.`;
  return new AppError(tooLate ? 'timeout' : 'bad_gateway', message, { cause });
}

function accept<S extends z.ZodType>(schema: S | null, text: string, name: string): z.output<S> {
  if (schema === null) return undefined as z.output<S>;
  const result = schema.safeParse(parse(text));
  if (result.success) return result.data;
  throw new AppError('bad_gateway', `${name} returned a response that breaks its contract.`, { cause: result.error });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
