import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, PROBLEM_CONTENT_TYPE, statusOf, toProblem, type ErrorCode } from '@evenkeel/errors';
import { isTemporary } from './failures.ts';
import { currentTraceId, recordFailure, type Logger } from '@evenkeel/telemetry';
import type { ErrorRequestHandler, RequestHandler } from 'express';

/** What Express and its body parser call the mistakes of a client, in our words. Anything else they throw is ours. */
const parserErrors: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.parse.failed': ['bad_request', 'The body is not valid JSON.'],
  'entity.too.large': ['payload_too_large', 'The body is too large for this API.'],
  'encoding.unsupported': ['unsupported_media_type', 'The content encoding is not supported.'],
  'charset.unsupported': ['unsupported_media_type', 'The character set is not supported; use UTF-8.'],
  'request.size.invalid': ['bad_request', 'The body does not have the length that was announced.'],
  'request.aborted': ['bad_request', 'The request was aborted before its body was complete.'],
};

/**
 * Responds to an error with problem+json. Unexpected ones are 500 with fixed text, logged once with the cause.
 * @param headers more fields of the response, as alternating names and values
 */
export type RespondToError = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  headers?: readonly string[],
) => void;

export function createErrorResponder(logger: Logger): RespondToError {
  return (error, { method }, response, headers) => {
    const failure = toAppError(error);
    // Work that was cancelled because its caller disconnected is not a failure.
    if (response.closed && failure.code !== 'internal') return;
    if (statusOf(failure.code) >= 500) recordFailure(failure.cause ?? failure);
    if (failure.code === 'internal') logger.error({ err: error, method }, 'unexpected error');
    // Without a cause it is our own refusal of what is too much, which must cost as little as it can.
    else if (statusOf(failure.code) >= 502 && failure.cause !== undefined)
      logger.warn({ err: failure.cause }, 'a dependency is unavailable');
    // Once a response has begun only cutting it tells the client that it is not whole.
    if (response.headersSent) response.destroy();
    else sendProblem(response, failure, headers);
  };
}

/** The same as the last middleware of an Express application. */
export function createProblemHandler(logger: Logger): ErrorRequestHandler {
  const respond = createErrorResponder(logger);
  // Express knows it by its four parameters.
  return (error: unknown, request, response, _next) => respond(error, request, response);
}

/** The last handler: nothing else knew the path. */
export const notFound: RequestHandler = () => {
  throw new AppError('not_found', 'No such path.');
};

function sendProblem(response: ServerResponse, error: AppError, headers: readonly string[] = []): void {
  const problem = toProblem(error, currentTraceId());
  const body = JSON.stringify(problem);
  const own = {
    ...(isTemporary(problem.status) ? { 'retry-after': '1' } : {}),
    ...Object.fromEntries(Object.entries(error.headers).map(([name, value]) => [name.toLowerCase(), value])),
    'content-type': `${PROBLEM_CONTENT_TYPE}; charset=utf-8`,
    'content-length': String(Buffer.byteLength(body)),
  };
  response.writeHead(problem.status, [...headers, ...Object.entries(own).flat()]).end(body);
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof URIError) return new AppError('bad_request', 'The path is not encoded correctly.');
  const type = error instanceof Error && 'type' in error ? String(error.type) : '';
  const known = parserErrors[type];
  if (known !== undefined) return new AppError(known[0], known[1], { cause: error });
  if (isMistakeOfClient(error)) return new AppError('bad_request', 'The body cannot be read.', { cause: error });
  return new AppError('internal', 'An unexpected error occurred.', { cause: error });
}

/** The body parser marks so what it cannot name: a body that is not compressed as it says, for instance. */
function isMistakeOfClient(error: unknown): boolean {
  const { status, expose } = error as { status?: unknown; expose?: unknown };
  return error instanceof Error && expose === true && status === 400;
}
