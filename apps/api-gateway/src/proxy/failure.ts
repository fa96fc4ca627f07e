import { AppError } from '@evenkeel/errors';
import { AnswerTimeout, ClientGone } from './exchange.ts';

/**
 * How a request to an upstream went. `unreachable`: no connection; `broken`: no whole response; `timeout`: the response did
 * not begin in time; `unknown`: says nothing of the upstream, as when the client disconnects.
 */
export type Outcome = 'success' | 'unreachable' | 'broken' | 'timeout' | 'unknown';

/** The connection could not be made: nothing was sent. */
const noConnection = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The connection failed: it could not be made, or it broke. */
const brokenConnection = new Set([
  ...noConnection,
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'UND_ERR_SOCKET',
]);

/** Whether a safe request may be sent again on another connection. */
export function isBrokenConnection(error: unknown): boolean {
  return !(error instanceof AppError) && brokenConnection.has(codeOf(error));
}

/** What a failed request tells of its upstream. A response that is not HTTP is the upstream's failure as well. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ClientGone || error instanceof AppError) return 'unknown';
  if (error instanceof AnswerTimeout) return 'timeout';
  return noConnection.has(codeOf(error)) ? 'unreachable' : 'broken';
}

/** What a response tells of its upstream: `failure` is what broke it off. */
export function outcomeOfResponse({ status, failure }: { status: number; failure: Error | undefined }): Outcome {
  if (failure !== undefined) return outcomeOf(failure);
  // Something on the way, or behind the upstream, failed: it responds, but it is not well.
  return status >= 502 && status <= 504 ? 'unknown' : 'success';
}

/**
 * The error for a request that got no response. `unavailable` means that it was not done, which cannot
 * be said of one that may have changed something and was sent before its connection broke.
 */
export function toAppError(error: unknown, upstream: string, mayHaveChanged: boolean): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof AnswerTimeout)
    return new AppError('timeout', `${upstream} did not respond in time.`, { cause: error });
  if (isBrokenConnection(error)) {
    if (!mayHaveChanged) return unavailable(upstream, 1, error);
    const detail = `${upstream} closed the connection before responding. The request may have been carried out.`;
    return new AppError('bad_gateway', detail, { cause: error });
  }
  return new AppError('bad_gateway', `${upstream} returned an invalid HTTP response.`, { cause: error });
}

/** @param retryAfterS whole seconds, for `Retry-After`. */
export function unavailable(upstream: string, retryAfterS: number, cause?: unknown): AppError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(retryAfterS))) };
  return new AppError('unavailable', `${upstream} is unavailable. Retry shortly.`, {
    cause,
    headers,
  });
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
