import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import { AppError, PROBLEM_CONTENT_TYPE, toProblem, type ErrorCode } from '@evenkeel/errors';
import { findMistake } from './framing.ts';

/** An HTTP listener that can be drained. */
export interface Listener {
  readonly server: Server;
  /** Rejects when the port cannot be had; resolves with the port, which the system chose if `port` was 0. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting, lets requests in flight finish for at most `limitMs` milliseconds, then closes the rest. */
  drain(limitMs: number): Promise<void>;
}

export interface ListenerOptions {
  /**
   * Milliseconds that a client has for a whole request with its body, so that one that trickles cannot hold a connection
   * forever. Five minutes by default, which is ample for JSON; services that take uploads raise it.
   */
  requestTimeoutMs?: number | undefined;
  /** Connections at the same time; a client beyond them is refused. Without it the process takes all that come. */
  maxConnections?: number | undefined;
}

const REQUEST_TIMEOUT_MS = 300_000;
/** A client has this long for its request line and headers, and a quiet connection this long before it is closed. */
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
/** How often it is looked who has outlasted these limits: they are kept no more exactly than that. */
const CHECK_MS = 1_000;
/** A client that is refused and keeps sending has this long to read why: closed at once, it would lose the response. */
const REFUSED_MS = 1_000;
/** What looks idle when a drain begins may have its request under way, or was accepted a moment ago: it gets this long. */
const LAST_REQUESTS_MS = 100;

export function createListener(handler: RequestListener, options: ListenerOptions = {}): Listener {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS, maxConnections } = options;
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would respond without a body.
    requireHostHeader: false,
  });
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  // The response on each connection that is the last to be sent. One entry a connection, since what is added and removed
  // for each request costs the garbage collector more than the request does.
  const latest = new Map<Socket, ServerResponse | undefined>();
  let draining = false;

  server.on('connection', (socket: Socket) => {
    latest.set(socket, undefined);
    socket.once('close', () => latest.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // What follows a response that ends the connection is not carried out (RFC 9112, section 9.6).
    if (latest.get(request.socket)?.getHeader('connection') === 'close') return;
    latest.set(request.socket, response);
    const mistake = findMistake(request);
    if (mistake !== undefined) return refuseRequest(response, 'bad_request', mistake);
    // It tells its client not to use the connection again.
    if (draining) response.setHeader('connection', 'close');
    handler(request, response);
  });
  // A client that asks first (`Expect: 100-continue`) is told to send when somebody begins to read: a request that is
  // refused without looking at its body then never costs its transfer.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue();
    });
    server.emit('request', request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const response = latest.get(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (response === undefined || response.writableFinished) refuse(error, socket);
    else if (response.req.complete || response.writableEnded) closeAfter(response, socket);
    // What is written now would be read as a part of that response.
    else if (response.headersSent) socket.destroy();
    // Its turn comes after the responses to the requests before it.
    else if (response.socket === null) refuseRequest(response, ...refusalOf(error));
    else refuse(error, socket);
  });

  return {
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        // It stays: later errors are connections that could not be accepted, which must not end the process.
        server.on('error', reject);
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    async drain(limitMs) {
      draining = true;
      if (!server.listening) return;
      // An HTTP server's own close cuts connections that look idle at once.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      for (const response of latest.values()) {
        if (response?.headersSent === false) response.setHeader('connection', 'close');
      }
      const quiet = setInterval(() => server.closeIdleConnections(), LAST_REQUESTS_MS);
      const cut = setTimeout(() => server.closeAllConnections(), limitMs);
      await closed;
      clearInterval(quiet);
      clearTimeout(cut);
    },
  };
}

/** What follows a request is not HTTP: that request is answered first, then the connection closes (section 9.3.2). */
function closeAfter(response: ServerResponse, socket: Socket): void {
  // Nothing more is read, or each piece of it would be one more error.
  socket.pause();
  if (response.headersSent) response.once('finish', () => socket.destroySoon());
  else response.setHeader('connection', 'close');
}

function refuseRequest(response: ServerResponse, code: ErrorCode, detail: string): void {
  const problem = toProblem(new AppError(code, detail));
  response.setHeader('connection', 'close');
  response.writeHead(problem.status, { 'content-type': PROBLEM_CONTENT_TYPE });
  response.end(JSON.stringify(problem));
}

/** What Node refuses for another reason than that it is no HTTP. */
const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request could not be read.'],
};

function refusalOf({
  code = '',
  rawPacket,
}: NodeJS.ErrnoException & { rawPacket?: Buffer }): readonly [ErrorCode, string] {
  // The parser knows the methods that it reads. Another one is a method as well if the line is that of a request.
  const isRequest =
    code === 'HPE_INVALID_METHOD' && /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?$/m.test(String(rawPacket));
  if (isRequest) return ['not_implemented', 'The method is not known.'];
  return refusals[code] ?? ['bad_request', 'The request could not be read.'];
}

/** The response to what is not HTTP, too large to read, or too slow to arrive: no handler sees it. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  const problem = toProblem(new AppError(...refusalOf(error)));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
      `Content-Type: ${PROBLEM_CONTENT_TYPE}\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), REFUSED_MS).unref();
}
