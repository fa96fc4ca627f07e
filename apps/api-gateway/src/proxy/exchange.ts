import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@evenkeel/errors';
import type { BeginRequest, ClientRequest } from '@evenkeel/telemetry';
import type { Dispatcher } from 'undici';
import { headerPairs, rawHeaders, type RawHeaders } from '../raw-headers.ts';
import { PaceMeter, type Pace } from './pace.ts';
import type { RequestBody } from './request-body.ts';
import { rawText, responseHeaders, writeHead } from './response-headers.ts';
import type { Watchdog, Watched } from './watchdog.ts';

type Controller = Dispatcher.DispatchController;

/** Sees a response pass by. */
export interface Observer {
  onStart(status: number, headers: RawHeaders): void;
  onData(chunk: Buffer): void;
  /** The response is whole. */
  onEnd(): void;
}

export interface ExchangeOptions {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path and query for the upstream, and the headers. */
  path: string;
  headers: RawHeaders;
  body: RequestBody | undefined;
  /** Headers of the response beside the upstream's. */
  own: RawHeaders;
  /** Milliseconds until the response must have begun; a body on its way stops this clock. */
  limitMs: number;
  pace: Pace;
  observer: Observer | undefined;
  watchdog: Watchdog;
  beginRequest: BeginRequest;
}

/** Bytes of content that are made text, since Node sends a text in one piece with the headers. */
const ONE_PIECE = 16 * 1024;

/** The client has disconnected. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** The upstream did not begin to respond in time. */
export class AnswerTimeout extends Error {
  override readonly name = 'AnswerTimeout';
}

/**
 * A request to an upstream, and its response on the way to the client. Neither is buffered: the slower side sets the
 * pace, and either side that leaves ends the other's part.
 */
export class Exchange implements Dispatcher.DispatchHandler, Watched {
  place = -1;
  readonly #options: ExchangeOptions;
  readonly #deadline: number;
  #observed: ClientRequest | undefined;
  #resolve: () => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;
  #controller: Controller | undefined;
  #cancelled: Error | undefined;
  #status = 0;
  #trails = false;
  /** Whether the headers wait for content that comes within the same turn, and the first of it. */
  #waits = false;
  #first: Buffer | undefined;
  /** When something of the response came last. */
  #movedAt = 0;
  #over = true;
  #failure: Error | undefined;
  #reader: PaceMeter | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#deadline = performance.now() + options.limitMs;
    options.response.on('close', () => this.#close());
  }

  /** Whether the response should have begun by now. */
  get isLate(): boolean {
    return performance.now() >= this.#deadline;
  }

  /** Whether something of the request was sent. If there is no response then, it is not known what became of it. */
  get sent(): boolean {
    return this.#controller !== undefined;
  }

  /** The status of the response, and what broke it off before its end. */
  get result(): { status: number; failure: Error | undefined } {
    return { status: this.#status, failure: this.#failure };
  }

  /**
   * Sends the request, again if it was sent before.
   * Resolves when the response is whole or was cut; rejects with the reason when it never began.
   */
  run(dispatcher: Dispatcher): Promise<void> {
    const { request, response, path, headers, body, watchdog, beginRequest } = this.#options;
    if (response.destroyed) return Promise.reject(new ClientGone());
    const method = request.method ?? 'GET';
    this.#observed = beginRequest(method, path);
    this.#controller = undefined;
    this.#over = false;
    watchdog.add(this);
    const all = [...headers, ...rawHeaders(this.#observed.headers)];
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      dispatcher.dispatch({ method, path, headers: all, body: body ?? null }, this);
    });
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#cancelled !== undefined) controller.abort(this.#cancelled);
  }

  onResponseStart(controller: Controller, status: number): void {
    const { request, response, observer, own } = this.#options;
    const headers = responseHeaders(status, rawText(controller.rawHeaders));
    if (status < 200) {
      if (request.httpVersion === '1.1') response.writeInformation(status, headers);
      return;
    }
    this.#trails = writeHead(response, status, headers, own);
    this.#status = status;
    this.#movedAt = performance.now();
    observer?.onStart(status, headers);
    // Content that is there already goes out with the headers; headers alone must not wait for it.
    this.#waits = true;
    process.nextTick(() => this.#flush());
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const { response, observer } = this.#options;
    observer?.onData(chunk);
    this.#movedAt = performance.now();
    if (this.#waits && this.#first === undefined) {
      this.#first = chunk;
      return;
    }
    this.#flush();
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  /** Sends what waits for the rest of a response that may have arrived with it. */
  #flush(): void {
    if (!this.#waits) return;
    this.#waits = false;
    const { response } = this.#options;
    if (this.#first === undefined) response.flushHeaders();
    else response.write(this.#first);
  }

  onResponseEnd(controller: Controller): void {
    const { response, observer } = this.#options;
    observer?.onEnd();
    if (this.#trails) response.addTrailers(headerPairs(responseHeaders(200, rawText(controller.rawTrailers))));
    if (this.#waits && this.#first !== undefined && this.#first.length <= ONE_PIECE) {
      this.#waits = false;
      response.end(this.#first.toString('latin1'), 'latin1');
    } else {
      this.#flush();
      response.end();
    }
    this.#end(this.#status);
    this.#resolve();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#fail(this.#cancelled ?? error);
  }

  /** Who is waited for must not take too long. */
  check(now: number): void {
    const { response, body, limitMs, pace } = this.#options;
    if (this.#status > 0) {
      const { bytesWritten = 0, writableLength = 0 } = response.socket ?? {};
      const read = bytesWritten - writableLength;
      // Without a socket it is the turn of the response to an earlier request.
      const waits = response.socket !== null && (response.writableNeedDrain || response.writableEnded);
      this.#reader ??= new PaceMeter(pace, now, read);
      if (this.#reader.isTooSlow(now, read, waits)) this.#cut();
      else if (!this.#over && !waits && now - this.#movedAt >= pace.idleMs)
        this.#cancel(new Error('the response stopped arriving'));
    } else if (body === undefined ? this.isLate : body.waitedForUpstreamMs >= limitMs) {
      this.#cancel(new AnswerTimeout());
    } else if (body?.isTooSlow(now) === true) {
      this.#cancel(new AppError('request_timeout', 'The body stopped arriving, or arrives too slowly.'));
    }
  }

  /** The client has the whole response, or none will reach it any more. */
  #close(): void {
    this.#options.watchdog.remove(this);
    if (!this.#over) this.#cancel(new ClientGone());
  }

  #cancel(reason: Error): void {
    this.#cancelled ??= reason;
    if (this.#controller !== undefined) this.#controller.abort(reason);
    // Still waiting for a connection: the request is dropped when its turn comes.
    else this.#fail(reason);
  }

  #fail(error: Error): void {
    this.#end(error);
    this.#failure = error;
    if (this.#status > 0) {
      this.#cut();
      this.#resolve();
    } else {
      this.#options.watchdog.remove(this);
      this.#reject(error);
    }
  }

  #end(outcome: number | Error): void {
    if (!this.#over) this.#observed?.end(outcome);
    this.#over = true;
  }

  /** Only a cut connection tells the client that the response is not whole. */
  #cut(): void {
    const { request, response } = this.#options;
    // In HTTP/1.0 the end of the connection is that of a response without a length: it must not look like one.
    if (request.httpVersion === '1.0') response.socket?.resetAndDestroy();
    else response.destroy();
  }
}
