import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { createListener, type ListenerOptions } from './listener.ts';

async function listen(handler: RequestListener, options?: ListenerOptions) {
  const listener = createListener(handler, options);
  const port = await listener.listen(0, '127.0.0.1');
  const client = connect(port, '127.0.0.1');
  let answer = '';
  client.setEncoding('latin1').on('data', (text: string) => (answer += text));
  client.on('error', () => undefined);
  await once(client, 'connect');
  return { client, answer: () => answer, [Symbol.asyncDispose]: () => (client.destroy(), listener.drain(0)) };
}

it('puts no second response into one that has begun', async () => {
  await using line = await listen((request, response) => {
    request.on('error', () => undefined).resume();
    response.writeHead(200, { 'content-length': '1000' }).write('begun');
  });
  line.client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  await expect.poll(line.answer).toContain('begun');
  line.client.write('no chunk\r\n');
  await once(line.client, 'close');
  expect(line.answer()).toMatch(/begun$/);
});

it('limits the time for a whole request, responds with 408, and closes the connection', async () => {
  await using line = await listen((request) => void request.on('error', () => undefined).resume(), {
    requestTimeoutMs: 100,
  });
  line.client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
  // It keeps its side open after the other side has closed.
  line.client.allowHalfOpen = true;
  const trickle = setInterval(() => line.client.write('-'), 20);
  await new Promise((resolve) => line.client.once('close', resolve));
  clearInterval(trickle);
  expect(line.answer()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*"code":"request_timeout"/);
});

it('lives on when one connection cannot be accepted: too many open files, for instance', async () => {
  const listener = createListener((_request, response) => response.end('here'));
  const port = await listener.listen(0, '127.0.0.1');
  listener.server.emit('error', new Error('accept EMFILE'));
  expect(await (await fetch(`http://127.0.0.1:${String(port)}`)).text()).toBe('here');
  await listener.drain(0);
});

it('closes a connection beyond the most that it takes, and serves those that it has', async () => {
  await using line = await listen((_request, response) => response.end('here'), { maxConnections: 1 });
  const { remotePort = 0 } = line.client;
  const beyond = connect(remotePort, '127.0.0.1').on('error', () => undefined);
  await once(beyond, 'close');
  line.client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(line.answer).toContain('here');
});

it.each(['Host: other.example', 'Authorization: Bearer b', 'Content-Type: text/plain'])(
  'refuses a request with a second %s, which two readers could understand in two ways, and what follows it',
  async (field) => {
    let handled = 0;
    await using line = await listen((_request, response) => void (handled++, response.end()));
    const first = `POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nContent-Type: a/b\r\n${field}\r\n`;
    line.client.write(`${first}Content-Length: 1\r\n\r\n1GET / HTTP/1.1\r\nHost: a\r\n\r\n`);
    await once(line.client, 'close');
    expect(line.answer()).toMatch(/^HTTP\/1\.1 400 [^]*"code":"bad_request"/);
    expect(handled).toBe(0);
  },
);
