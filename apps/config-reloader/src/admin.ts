import type { Server } from 'node:http';
import { createServer } from './http.ts';
import type { Metrics } from './metrics.ts';

/** What operators see of the reloader itself. */
export function createAdmin(metrics: Metrics): Server {
  return createServer(({ url }, response) => {
    if (url === '/livez') response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
    else if (url === '/metrics') response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics.text());
    else response.writeHead(404).end();
  });
}
