import { connect, type Socket } from 'node:net';
import { responseLength } from './response-length.ts';

/** Called with the outcome of each request: `failure` is undefined after a complete response with status 200. */
export type OnResponse = (ms: number, failure: string | undefined) => void;

/**
 * A client with one connection, which sends a request as soon as it has the response to the last one. Requests are
 * prepared bytes, and only the status and the end of a response are parsed, so that a client costs little.
 */
export class Client {
  readonly #port: number;
  readonly #nextRequest: () => Buffer;
  readonly #onResponse: OnResponse;
  readonly #left = Promise.withResolvers<undefined>();
  #socket: Socket | undefined;
  #received: Buffer | undefined;
  #sentAt = 0;
  #leaving = false;

  constructor(port: number, nextRequest: () => Buffer, onResponse: OnResponse) {
    this.#port = port;
    this.#nextRequest = nextRequest;
    this.#onResponse = onResponse;
    this.#connect();
  }

  /** Disconnects after the response to the current request, or after `limitMs`. */
  async leave(limitMs: number): Promise<void> {
    this.#leaving = true;
    const limit = setTimeout(() => this.#socket?.destroy(), limitMs);
    await this.#left.promise;
    clearTimeout(limit);
  }

  #connect(): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    this.#received = undefined;
    socket.on('connect', () => this.#send(socket));
    socket.on('data', (chunk) => this.#receive(socket, chunk as Buffer));
    socket.on('error', () => undefined);
    // A request is always pending: the connection broke, or could not be made.
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#onResponse(performance.now() - this.#sentAt, 'no response');
      if (this.#leaving) this.#left.resolve(undefined);
      else setTimeout(() => (this.#leaving ? this.#left.resolve(undefined) : this.#connect()), 10);
    });
  }

  #send(socket: Socket): void {
    this.#sentAt = performance.now();
    socket.write(this.#nextRequest());
  }

  #receive(socket: Socket, chunk: Buffer): void {
    const bytes = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk]);
    const length = responseLength(bytes);
    if (length === 0) {
      this.#received = bytes;
      return;
    }
    this.#received = undefined;
    const status = bytes.toString('latin1', 9, 12);
    const failure = length < bytes.length ? 'more than a response' : status;
    this.#onResponse(performance.now() - this.#sentAt, failure === '200' ? undefined : failure);
    if (!this.#leaving) return this.#send(socket);
    this.#socket = undefined;
    socket.end();
    this.#left.resolve(undefined);
  }
}
