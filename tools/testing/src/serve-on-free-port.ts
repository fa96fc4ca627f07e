import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An application that listens on a port of its own. */
export interface Served extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  url: string;
  /** Cuts what is open. */
  close(): Promise<void>;
}

/** Serves a request handler, such as an Express application, over real HTTP. */
export async function serveOnFreePort(handler: RequestListener): Promise<Served> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, close, [Symbol.asyncDispose]: close };
}
