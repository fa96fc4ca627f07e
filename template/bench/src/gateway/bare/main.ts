// main.ts <port> <upstream>: the baseline. node:http in front, undici behind, bodies streamed, and nothing else: requests
// are not even aborted when their client disconnects.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';

const [port, origin = ''] = process.argv.slice(2);
const upstream = new Pool(origin);

const server = createServer((request, response) => {
  const { method = 'GET', url: path = '/', headers } = request;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const options = { method: method as Dispatcher.HttpMethod, path, headers: endToEnd(headers) };
  upstream.dispatch({ ...options, body: hasBody ? request : null }, forwardTo(response));
});
server.listen(Number(port), '127.0.0.1');

function forwardTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, status, headers) => void response.writeHead(status, endToEnd(headers)),
    onResponseData(controller, chunk) {
      if (response.write(chunk)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd: () => void response.end(),
    onResponseError: (_controller, error) => void response.destroy(error),
  };
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = headers;
  return kept;
}
