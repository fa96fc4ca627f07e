import { AppError, problemSchema, type ErrorCode } from '@evenkeel/errors';
import type { z } from 'zod';
import { request, type Dispatcher } from 'undici';

export interface JsonRequest<S extends z.ZodType> {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  token?: string;
  /** What the answer must be; `null` when it has no body. */
  response: S | null;
  signal?: AbortSignal;
}

/** Calls another service and holds its answer to a contract. */
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
 * `bad_gateway` when it answers against the contract, and the codes in `passOn` as they are.
 */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const { baseUrl, name, timeoutMs = 1_500, passOn = [], dispatcher } = options;

  async function send(call: JsonRequest<z.ZodType>): Promise<{ status: number; text: string }> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await request(new URL(call.path, baseUrl), {
        method: call.method,
        headers: {
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        signal: call.signal === undefined ? limit : AbortSignal.any([limit, call.signal]),
        ...(dispatcher === undefined ? {} : { dispatcher }),
      });
      return { status: response.statusCode, text: await response.body.text() };
    } catch (cause) {
      throw new AppError('unavailable', `${name} does not answer at the moment.`, { cause });
    }
  }

  return {
    async call(call) {
      const { status, text } = await send(call);
      if (status >= 200 && status < 300) return accept(call.response, text, name);
      const problem = problemSchema.safeParse(parse(text)).data;
      const code = passOn.find((known) => known === problem?.code);
      if (code !== undefined) {
        throw new AppError(
          code,
          problem?.detail ?? '',
          problem?.errors === undefined ? {} : { errors: problem.errors },
        );
      }
      const cause = new Error(
        `${name} answered ${String(status)} ${problem?.code ?? ''} to ${call.method} ${call.path}`,
      );
      if (status === 503 || status === 429) throw new AppError('unavailable', `${name} is not available.`, { cause });
      throw new AppError('bad_gateway', `${name} did not answer as agreed.`, { cause });
    },
  };
}

function accept<S extends z.ZodType>(schema: S | null, text: string, name: string): z.output<S> {
  if (schema === null) return undefined as z.output<S>;
  const result = schema.safeParse(parse(text));
  if (result.success) return result.data;
  throw new AppError('bad_gateway', `${name} did not answer as agreed.`, { cause: result.error });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
