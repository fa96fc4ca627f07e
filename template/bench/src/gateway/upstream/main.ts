// main.ts: stands in for auth-service and user-service. Responds with prepared bytes, since it must not limit a contender:
// with the key set from the first message, and to all other requests with a user.
import { createServer, type AddressInfo } from 'node:net';

const endOfHead = '\r\n\r\n';

const user = {
  ...{ id: '5f0c1c9e-3f1b-4c57-9d6a-2f6a1f0b7c11', email: 'ada.lovelace@example.com', name: 'Ada Lovelace' },
  ...{ roles: ['user'], created_at: '2026-01-02T03:04:05.678Z', updated_at: '2026-01-02T03:04:05.678Z' },
};

function response(body: object, headers: readonly string[] = []): Buffer {
  const content = JSON.stringify(body);
  const lines = [
    'HTTP/1.1 200 OK',
    ...headers,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(content)}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: keep-alive',
    'Keep-Alive: timeout=600',
  ];
  return Buffer.from(lines.join('\r\n') + endOfHead + content);
}

process.once('message', (jwks: object) => {
  const [keys, found] = [response(jwks), response(user, ['ETag: "1-20260102"'])];
  const server = createServer({ noDelay: true }, (socket) => {
    let head = '';
    socket.on('data', (chunk) => {
      // Requests have no body and are not pipelined, so a head ends where a chunk does.
      head += chunk.toString('latin1');
      if (!head.endsWith(endOfHead)) return;
      socket.write(head.startsWith('GET /.well-known/jwks.json ') ? keys : found);
      head = '';
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.once('disconnect', () => process.exit());
