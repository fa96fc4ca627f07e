import type { IncomingMessage } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { AppError } from '@evenkeel/errors';
import { PaceMeter, type Pace } from './pace.ts';

/**
 * The body of a request on its way to the upstream: counted, limited, and apart from the request, so that an upstream
 * that fails cannot take the client's connection with it, on which the client is to be told so.
 */
export class RequestBody extends Transform {
  readonly #limit: number;
  #bytes = 0;
  #movedAt = performance.now();
  readonly #sender: PaceMeter;

  /**
   * @param limit in bytes; more of them end the stream with AppError `payload_too_large`
   * @param pace how fast the client has to send
   */
  constructor(limit: number, pace: Pace) {
    super();
    this.#limit = limit;
    this.#sender = new PaceMeter(pace, this.#movedAt);
    this.on('drain', () => (this.#movedAt = performance.now()));
    // The sender handles errors; when the client leaves last, no handler may be left.
    this.on('error', () => undefined);
  }

  /**
   * For how many milliseconds it has been the upstream's turn: it has all of the body, or more than it takes at the
   * moment. 0 while it waits for the client.
   */
  get waitedForUpstreamMs(): number {
    return this.#isUpstreamsTurn ? performance.now() - this.#movedAt : 0;
  }

  /** Whether the client has sent too little while it was its turn. */
  isTooSlow(now: number): boolean {
    return this.#sender.isTooSlow(now, this.#bytes, !this.#isUpstreamsTurn);
  }

  get #isUpstreamsTurn(): boolean {
    return this.writableEnded || this.writableNeedDrain || this.destroyed;
  }

  override _flush(done: TransformCallback): void {
    this.#movedAt = performance.now();
    done();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#movedAt = performance.now();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limit) done(tooLarge(this.#limit));
    else done(null, chunk);
  }
}

/** Starts to read the body of a request. */
export function createRequestBody(request: IncomingMessage, limit: number, pace: Pace): RequestBody {
  const body = new RequestBody(limit, pace);
  request.once('error', (error) => body.destroy(error));
  request.pipe(body);
  return body;
}

/** Refuses by its announced length what would be refused on the way. */
export function checkLength({ headers }: Pick<IncomingMessage, 'headers'>, limit: number): void {
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
}

function tooLarge(limit: number): AppError {
  return new AppError('payload_too_large', `The body must not be larger than ${String(limit)} bytes.`);
}

/** How much of an unread body may still arrive, so that its sender gets to read the response. */
const REST_LIMIT_BYTES = 64 * 1024 * 1024;
const REST_LIMIT_MS = 10_000;

/**
 * Reads the rest of a body and throws it away, within limits. A connection that is closed while the client still sends
 * is reset, and the response lost with it.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let left = REST_LIMIT_BYTES;
  const limit = setTimeout(() => request.destroy(), REST_LIMIT_MS);
  request.once('close', () => clearTimeout(limit));
  request.once('end', () => clearTimeout(limit));
  request.unpipe();
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
