import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestRedis } from '@evenkeel/testing';
import { createTestKeys, type TestKeys } from '@evenkeel/tokens/testing';
import { upstreamVariables } from '../src/upstream-variables.ts';

/** A service behind the gateway, whose part a test plays. */
export interface Upstream extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The requests it received, oldest first. */
  readonly requests: IncomingMessage[];
  /** How many connections were made to it so far. */
  readonly connections: () => number;
  handler: RequestListener;
  /** Stops listening and cuts every connection; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startUpstream(handler: RequestListener = describeRequest): Promise<Upstream> {
  let server: Server;
  let port = 0;
  let connections = 0;
  const requests: IncomingMessage[] = [];
  const upstream: Upstream = {
    get url() {
      return `http://127.0.0.1:${String(port)}`;
    },
    get port() {
      return port;
    },
    requests,
    connections: () => connections,
    handler,
    async start() {
      server = createServer((request, response) => {
        requests.push(request);
        upstream.handler(request, response);
      });
      server.on('connection', () => connections++);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    [Symbol.asyncDispose]: () => upstream.stop(),
  };
  await upstream.start();
  return upstream;
}

/** An auth-service as far as the gateway sees it: its public keys. */
export async function startKeys(): Promise<{ keys: TestKeys; upstream: Upstream }> {
  const keys = createTestKeys();
  const upstream = await startUpstream((request, response) => {
    if (request.url !== '/.well-known/jwks.json') return describeRequest(request, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(keys.jwks));
  });
  return { keys, upstream };
}

/** Responds with what arrived. */
export const describeRequest: RequestListener = (request, response) => {
  const { method, url, headers } = request;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, bytes }));
  });
};

/** The variables that connect a gateway under test: every upstream but auth-service is `users`. */
export function connections(parts: { auth: Upstream; users: Upstream; redis: TestRedis; routesFile: string }) {
  const { auth, users, redis, routesFile } = parts;
  return {
    ...Object.fromEntries(Object.values(upstreamVariables).map((variable) => [variable, users.url])),
    AUTH_SERVICE_URL: auth.url,
    REDIS_URL: redis.url,
    REDIS_PASSWORD: redis.password,
    ROUTES_FILE: routesFile,
  };
}
