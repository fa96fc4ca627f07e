// main.ts: stands in for a collector. Accepts OTLP over HTTP and discards it. Reports its port and the bytes received.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let bytes = 0;
const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  // An empty protobuf message means that all was accepted.
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.on('message', (question: 'port' | 'bytes') => process.send?.(question === 'port' ? port : bytes));
});
process.once('disconnect', () => process.exit());
