import type { ErrorCode } from '@evenkeel/errors';
import type { Request } from 'express';
import type { z } from 'zod';
import type { ResponseHeader } from './response-headers.ts';

/** Who may call an endpoint: how that is checked, and how the API description names it. */
export interface Guard<Caller> {
  security: 'bearer' | 'service';
  /** The roles or scopes that the token must have, for the description. */
  needs: readonly string[];
  /** The codes that `check` may throw. */
  errors: readonly ErrorCode[];
  /** Runs before the body is read. Throws `unauthenticated`, `invalid_token` or `forbidden`. */
  check(request: Request): Promise<Caller> | Caller;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Everything about one operation: the same schemas validate requests and make the API description. */
export interface EndpointSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, Caller> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express notation: `/users/:id`. */
  path: string;
  summary: string;
  guard?: Guard<Caller>;
  params?: P;
  query?: Q;
  /** Request header fields that the operation honours, by name. */
  headers?: z.ZodObject;
  body?: B;
  /** Successful responses by status; `null` for one without a body. */
  responses: Readonly<Record<number, z.ZodType | null>>;
  /** Header fields of responses by status. `Retry-After` is known without. */
  responseHeaders?: Readonly<Record<number, readonly ResponseHeader[]>>;
  /** The codes that the handler may throw. Those of the guard and of validation are known without. */
  errors?: readonly ErrorCode[];
}

export interface Call<P, Q, B, Caller> {
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  request: Request;
  /** Aborts when the caller has disconnected; pass it to every call that is made for the request. */
  signal: AbortSignal;
}

export interface Endpoint {
  spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType, unknown>;
  handle(call: Call<unknown, unknown, unknown, unknown>): Promise<Reply>;
}

/** Ties an operation to its handler, whose arguments have the types that the schemas put out. */
export function endpoint<
  P extends z.ZodType = z.ZodType<Record<string, string>>,
  Q extends z.ZodType = z.ZodType<unknown>,
  B extends z.ZodType = z.ZodType<undefined>,
  Caller = undefined,
>(
  spec: EndpointSpec<P, Q, B, Caller>,
  handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>, Caller>) => Promise<Reply>,
): Endpoint {
  // The types were checked here; from now on endpoints of all types stand in one list.
  return { spec, handle } as unknown as Endpoint;
}
