import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A server of a test: its address, and how to stop it. */
export interface TestServer extends AsyncDisposable {
  baseUrl: URL;
}

export function serveHttp(listener: RequestListener): Promise<TestServer> {
  return start(createServer(listener));
}

/** Responds to every connection with these bytes. */
export function serveBytes(bytes: string): Promise<TestServer> {
  return start(createTcpServer((socket: Socket) => void socket.once('data', () => socket.end(bytes))));
}

async function start(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => void sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: new URL(`http://127.0.0.1:${String(port)}`),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
