import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Client } from './client.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** What a client sees of a server that does one of these to each request in turn, and from then on the last. */
async function outcomes(...turns: ((socket: Socket) => void)[]): Promise<(string | undefined)[]> {
  let [turn, asked] = [0, 0];
  await using server = createServer((socket) => {
    socket.on('data', (request) => {
      expect(request.toString()).toBe(`request ${asked++}`);
      turns[Math.min(turn++, turns.length - 1)]?.(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen: (string | undefined)[] = [];
  const all = Promise.withResolvers<undefined>();
  let sent = 0;
  const nextRequest = () => Buffer.from(`request ${sent++}`);
  const client = new Client((server.address() as AddressInfo).port, nextRequest, (_ms, failure) => {
    if (seen.push(failure) === turns.length) all.resolve(undefined);
  });
  await all.promise;
  await client.leave(60_000);
  return seen.slice(0, turns.length);
}

it('sends one request after the other, and reports what is not a whole 200', async () => {
  const parts = (socket: Socket) => socket.write(ok.slice(0, 30), () => socket.write(ok.slice(30)));
  const seen = await outcomes(
    (socket) => socket.write(ok),
    (socket) => parts(socket),
    (socket) => socket.write(ok.replace('200 OK', '429 Too Many Requests')),
    (socket) => socket.write(ok + ok),
    (socket) => socket.destroy(),
    (socket) => socket.write(ok),
  );
  expect(seen).toEqual([undefined, undefined, '429', 'more than a response', 'no response', undefined]);
});

it('leaves without a response that does not come in time', async () => {
  await using server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen: (string | undefined)[] = [];
  const sent = Promise.withResolvers<undefined>();
  const client = new Client(
    (server.address() as AddressInfo).port,
    () => (sent.resolve(undefined), Buffer.from('request')),
    (_ms, failure) => seen.push(failure),
  );
  await sent.promise;
  await client.leave(1);
  expect(seen).toEqual(['no response']);
});
