/**
 * Every way a request can fail, in words that know nothing of HTTP. Clients may rely on them: they are never renamed.
 *
 * `unavailable` means that nothing was done. Where that is not known, it is `timeout` or `bad_gateway`.
 */
export type ErrorCode =
  | 'bad_request'
  | 'invalid_request'
  | 'unauthenticated'
  | 'invalid_credentials'
  | 'invalid_token'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'conflict'
  | 'email_taken'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal'
  | 'not_implemented'
  | 'bad_gateway'
  | 'unavailable'
  | 'timeout';

/** One mistake in an input: where it is (`email`, `items.0.name`) and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

export interface AppErrorOptions extends ErrorOptions {
  /** The mistakes of a validation, all of them. */
  errors?: readonly FieldError[];
  /** Header fields that belong to the response, such as `Retry-After` or `WWW-Authenticate`. */
  headers?: Readonly<Record<string, string>>;
}

/** An expected failure. `message` is shown to the client and reveals nothing internal; `cause` is only logged. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}
