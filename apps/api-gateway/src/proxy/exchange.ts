import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@evenkeel/errors';
import type { Dispatcher } from 'undici';
import { headerPairs } from '../raw-headers.ts';
import type { RequestBody } from './request-body.ts';
import { rawText, responseHeaders, writeHead } from './response-headers.ts';

type Controller = Dispatcher.DispatchController;

/** Sees a response pass by. */
export interface Observer {
  onStart(status: number, headers: readonly string[]): void;
  onData(chunk: Buffer): void;
  /** The response is whole. */
  onEnd(): void;
}

export interface ExchangeOptions {
  request: IncomingMessage;
  response: ServerResponse;
  body: RequestBody | undefined;
  /** Milliseconds until the response must have begun; a body on its way stops this clock. */
  limitMs: number;
  /** Milliseconds for which the client may send nothing of its body, or read nothing of the response. */
  idleMs: number;
  observer: Observer | undefined;
}

/** The client has disconnected. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** The upstream did not begin to respond in time. */
export class AnswerTimeout extends Error {
  override readonly name = 'AnswerTimeout';
}

/**
 * One request to an upstream, and its response on the way to the client. Neither is buffered: the slower side sets the
 * pace, and either side that leaves ends the other's part.
 *
 * Resolves when the response is whole or was cut; rejects with the reason when it never began.
 */
export function exchange(
  dispatcher: Dispatcher,
  head: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const handler = new AnswerHandler(options, resolve, reject);
    dispatcher.dispatch({ ...head, ...(options.body === undefined ? {} : { body: options.body }) }, handler);
  });
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #resolve: () => void;
  readonly #reject: (reason: Error) => void;
  readonly #onClose = (): void => this.#cancel(new ClientGone());
  #clock: NodeJS.Timeout;
  #controller: Controller | undefined;
  #cancelled: Error | undefined;
  #begun = false;

  constructor(options: ExchangeOptions, resolve: () => void, reject: (reason: Error) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#clock = this.#startClock();
    options.response.once('close', this.#onClose);
    if (options.response.destroyed) this.#cancel(new ClientGone());
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#cancelled !== undefined) controller.abort(this.#cancelled);
  }

  onResponseStart(controller: Controller, status: number): void {
    // Interim responses (1xx) are between the two ends of one connection; what follows is the response.
    if (status < 200) return;
    clearTimeout(this.#clock);
    const { response, observer, idleMs } = this.#options;
    const headers = responseHeaders(status, rawText(controller.rawHeaders));
    writeHead(response, status, headers);
    this.#begun = true;
    response.setTimeout(idleMs, () => response.destroy());
    observer?.onStart(status, headers);
    // Content that is there already goes out with the headers; headers alone must not wait for it.
    process.nextTick(() => response.writableEnded || response.flushHeaders());
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const { response, observer } = this.#options;
    observer?.onData(chunk);
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(controller: Controller): void {
    const { response, observer } = this.#options;
    observer?.onEnd();
    const trailers = rawText(controller.rawTrailers);
    if (trailers.length > 0 && response.hasHeader('trailer'))
      response.addTrailers(headerPairs(responseHeaders(200, trailers)));
    response.end();
    this.#finish();
    this.#resolve();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#finish();
    if (!this.#begun) return this.#reject(this.#cancelled ?? error);
    // Only a cut connection tells the client that the response is not whole.
    this.#options.response.destroy();
    this.#resolve();
  }

  #cancel(reason: Error): void {
    this.#cancelled ??= reason;
    this.#finish();
    if (this.#controller !== undefined) return this.#controller.abort(reason);
    // Still waiting for a connection: the request is dropped when its turn comes.
    this.#reject(reason);
  }

  #startClock(): NodeJS.Timeout {
    const { body, limitMs, idleMs } = this.#options;
    if (body === undefined) return setTimeout(() => this.#cancel(new AnswerTimeout()), limitMs);
    // A client that is slow to send is not the upstream's fault.
    const upstreamLeft = () => limitMs - body.waitedForUpstreamMs;
    const clientLeft = () => idleMs - body.waitedForClientMs;
    return setTimeout(
      () => {
        if (upstreamLeft() <= 0) this.#cancel(new AnswerTimeout());
        else if (clientLeft() <= 0) this.#cancel(bodyTimeout());
        else this.#clock = this.#startClock();
      },
      Math.min(upstreamLeft(), clientLeft()),
    );
  }

  #finish(): void {
    clearTimeout(this.#clock);
    this.#options.response.off('close', this.#onClose);
  }
}

function bodyTimeout(): AppError {
  return new AppError('request_timeout', 'The body stopped arriving.');
}
