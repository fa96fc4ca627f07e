import { z } from 'zod';
import type { AppError, ErrorCode } from './app-error.ts';

/** Problem details for HTTP APIs (RFC 9457), with the members this system adds. */
export const problemSchema = z
  .object({
    type: z.string().describe('A URI reference for the kind of problem'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string().describe('Stable, for machines'),
    trace_id: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The one table from codes to HTTP: status (RFC 9110) and title. */
const http: Record<ErrorCode, readonly [status: number, title: string]> = {
  bad_request: [400, 'Bad request'],
  invalid_request: [400, 'The request is not valid'],
  unauthenticated: [401, 'Authentication is required'],
  invalid_credentials: [401, 'Email or password is wrong'],
  invalid_token: [401, 'The token is not valid'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  request_timeout: [408, 'The request took too long to arrive'],
  conflict: [409, 'Conflict'],
  email_taken: [409, 'The email is taken'],
  precondition_failed: [412, 'The resource has changed'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The content type is not supported'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  rate_limited: [429, 'Too many requests'],
  headers_too_large: [431, 'The header fields are too large'],
  internal: [500, 'Internal error'],
  not_implemented: [501, 'Not implemented'],
  bad_gateway: [502, 'Bad response from upstream'],
  unavailable: [503, 'Service unavailable'],
  timeout: [504, 'The upstream timed out'],
};

/** The HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return http[code][0];
}

/** The problem document for a failed request. */
export function toProblem(error: AppError, traceId?: string): Problem {
  const [status, title] = http[error.code];
  return {
    type: `urn:evenkeel:problem:${error.code}`,
    title,
    status,
    ...(error.message === '' ? {} : { detail: error.message }),
    code: error.code,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(error.errors === undefined ? {} : { errors: [...error.errors] }),
  };
}
