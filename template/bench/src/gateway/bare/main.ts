// main.ts <port> <upstream>: a proxy in Node that does nothing else, the measure of all others. node:http in front, undici
// behind, bodies streamed both ways.
import { createServer, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';

const [port, origin = ''] = process.argv.slice(2);
const upstream = new Pool(origin);
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

function endToEnd(rawHeaders: readonly (string | Buffer)[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, String(rawHeaders[index + 1]));
  }
  return kept;
}

function forwardTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller) =>
      void response.once('close', () => controller.abort(new Error('the client has left'))),
    onResponseStart(controller, status) {
      response.writeHead(status, endToEnd((controller.rawHeaders ?? []) as Buffer[]));
    },
    onResponseData(controller, chunk) {
      if (response.write(chunk)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd: () => void response.end(),
    onResponseError(_controller, error) {
      if (response.headersSent) response.destroy(error);
      else response.writeHead(502).end();
    },
  };
}

const server = createServer((request, response) => {
  const { method = 'GET', url = '/', rawHeaders, headers } = request;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const options = { method: method as Dispatcher.HttpMethod, path: url, headers: endToEnd(rawHeaders) };
  upstream.dispatch({ ...options, body: hasBody ? request : null }, forwardTo(response));
});
server.listen(Number(port), '127.0.0.1');
