import { AppError } from '@evenkeel/errors';
import { AnswerTimeout, ClientGone } from './exchange.ts';

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

/** The connection failed: it could not be made, or it broke. Then whether the request was carried out is not known. */
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
  const { code } = error as { code?: unknown };
  return !(error instanceof AppError) && typeof code === 'string' && brokenConnection.has(code);
}

/** Whether the upstream is to blame, in the eyes of its breaker. A response that is not HTTP counts as well. */
export function isUpstreamFailure(error: unknown): boolean {
  return !(error instanceof ClientGone) && !(error instanceof AppError);
}

/**
 * The error for a request that got no response. `unavailable` means that it was not done, which cannot
 * be said of one that may have changed something before its connection broke.
 */
export function toAppError(error: unknown, upstream: string, isSafe: boolean): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof AnswerTimeout)
    return new AppError('timeout', `${upstream} did not respond in time.`, { cause: error });
  if (isBrokenConnection(error)) {
    if (isSafe || noConnection.has((error as { code: string }).code)) return unavailable(upstream, 1, error);
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
