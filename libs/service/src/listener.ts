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
}

const REQUEST_TIMEOUT_MS = 300_000;
/** A client has this long for its request line and headers, and a quiet connection this long before it is closed. */
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
/** How often it is looked who has outlasted these limits: they are kept no more exactly than that. */
const CHECK_MS = 30_000;
/** A client that is refused and keeps sending has this long to read why: closed at once, it would lose the response. */
const REFUSED_MS = 1_000;
/** What looks idle when a drain begins may have its request under way, or was accepted a moment ago: it gets this long. */
const LAST_REQUESTS_MS = 100;

export function createListener(handler: RequestListener, options: ListenerOptions = {}): Listener {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would respond without a body.
    requireHostHeader: false,
  });
  const open = new Set<ServerResponse>();
  let draining = false;

  // Before the handler: a response that begins during the drain tells its client not to use the connection again.
  server.on('request', (_request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    if (draining) response.setHeader('connection', 'close');
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (lacksHost(request)) refuseRequest(response);
    else handler(request, response);
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
    const begun = [...open].some((response) => response.socket === socket && response.headersSent);
    // What is written now would be read as a part of that response.
    if (begun) socket.destroy();
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
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
      const quiet = setInterval(() => server.closeIdleConnections(), LAST_REQUESTS_MS);
      const cut = setTimeout(() => server.closeAllConnections(), limitMs);
      await closed;
      clearInterval(quiet);
      clearTimeout(cut);
    },
  };
}

/** RFC 9112, section 3.2. */
function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === '1.1';
}

function refuseRequest(response: ServerResponse): void {
  const problem = toProblem(new AppError('bad_request', 'The request has no Host header.'));
  response.writeHead(problem.status, { 'content-type': PROBLEM_CONTENT_TYPE, connection: 'close' });
  response.end(JSON.stringify(problem));
}

/** What Node refuses for another reason than that it is no HTTP. */
const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request could not be read.'],
};

/** The response to what is not HTTP, too large to read, or too slow to arrive: no handler sees it. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [code, detail] = refusals[error.code ?? ''] ?? ['bad_request', 'The request could not be read.'];
  const problem = toProblem(new AppError(code, detail));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}\r\n` +
      `Content-Type: ${PROBLEM_CONTENT_TYPE}\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), REFUSED_MS).unref();
}
