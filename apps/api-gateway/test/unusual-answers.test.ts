import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { problemCode, sendRaw } from '@evenkeel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

/** A service that responds to every request with these bytes: Node's own HTTP would refuse to send most of them. */
let answer = '';
const sockets = new Set<Socket>();
const service = createServer((socket) => {
  sockets.add(socket.on('error', () => undefined));
  socket.on('data', () => {
    if (answer === '') socket.destroy();
    else socket.write(answer, 'latin1');
  });
});
let gateway: ServiceUnderTest;

beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const url = `http://127.0.0.1:${String((service.address() as AddressInfo).port)}`;
  gateway = await bootService(
    'routes: [{ prefix: /, upstream: user-service, token: none, breaker: false, stale_if_error_s: 60 }]',
    { USER_SERVICE_URL: url },
  );
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  service.close();
});

const ask = (text: string, request = 'GET / HTTP/1.1') => {
  answer = text;
  return sendRaw(gateway.port, `${request}\r\nHost: a\r\nConnection: close\r\n\r\n`);
};

const chunked = 'Trailer: Digest\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nDigest: sha-256=x\r\n\r\n';

describe('a response that announces trailers', () => {
  it.each([
    [
      'its length is known',
      'GET / HTTP/1.1',
      'HTTP/1.1 200 OK\r\nTrailer: Digest\r\nContent-Length: 5\r\n\r\nhello',
      'hello',
    ],
    ['the client asks for no content', 'HEAD / HTTP/1.1', `HTTP/1.1 200 OK\r\nTrailer: Digest\r\n\r\n`, ''],
    ['the client knows no chunks', 'GET / HTTP/1.0', `HTTP/1.1 200 OK\r\n${chunked}`, 'hello'],
    ['it has no content', 'GET / HTTP/1.1', 'HTTP/1.1 204 No Content\r\nTrailer: Digest\r\n\r\n', ''],
    ['it is unchanged', 'GET / HTTP/1.1', 'HTTP/1.1 304 Not Modified\r\nTrailer: Digest\r\n\r\n', ''],
  ])('is passed on without them when %s', async (_when, request, text, content) => {
    const given = await ask(text, request);
    expect(given.slice(0, 12)).toBe(`HTTP/1.1 ${text.slice(9, 12)}`);
    expect(given).not.toMatch(/^(trailer|digest):/im);
    expect(given.split('\r\n\r\n')[1]).toBe(content);
  });

  it('is sent again from its copy, which has a length', async () => {
    expect(await ask(`HTTP/1.1 200 OK\r\n${chunked}`, 'GET /copied HTTP/1.1')).toMatch(/^Trailer: Digest\r$/m);
    const copy = await ask('', 'GET /copied HTTP/1.1');
    expect(copy).toMatch(/^HTTP\/1\.1 200 /);
    expect(copy).toMatch(/^Content-Length: 5\r$/m);
    expect(copy).not.toMatch(/^trailer:/im);
  });

  it('is cut when they cannot be read', async () => {
    const given = await ask(`HTTP/1.1 200 OK\r\n${chunked.replace('sha-256=x', 'a\x01')}`);
    expect(given).toMatch(/5\r\nhello\r\n$/);
  });
});

it.each([
  ['a control character', 'HTTP/1.1 200 OK\r\nX-One: a\x01b\r\n\r\n'],
  ['a folded header', 'HTTP/1.1 200 OK\r\nX-One: a\r\n b\r\n\r\n'],
  ['a name that is none', 'HTTP/1.1 200 OK\r\nX(One: a\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 1000 OK\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
])('an answer with %s is 502', async (_what, text) => {
  const given = await ask(text);
  expect([given.slice(0, 12), problemCode(given)]).toEqual(['HTTP/1.1 502', 'bad_gateway']);
});

it.each([
  ['a status that nobody defined', 'HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n', 999],
  ['a reason of odd bytes', 'HTTP/1.1 200 O\xe9\x01\r\nContent-Length: 0\r\n\r\n', 200],
  ['bytes beyond ASCII in a header', 'HTTP/1.1 200 OK\r\nX-One: \xe9\r\nContent-Length: 0\r\n\r\n', 200],
  ['a length where there is no content', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello', 204],
])('an answer with %s is passed on', async (_what, text, status) => {
  expect(await ask(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} [\\x20-\\x7e]*\\r\\n`));
});

const late = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

it.each([
  ['in one piece with the response', `HTTP/1.1 100 Continue\r\n\r\n${late}`],
  ['twice', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\nX-One: 1\r\n\r\n${late}`],
])('an interim 100 that nobody asked for is read past: %s', async (_how, text) => {
  expect(await ask(text)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhello$/);
});

it('content that looks like an interim 100 arrives as it is', async () => {
  const content = 'HTTP/1.1 100 Continue\r\n\r\n';
  const given = await ask(`HTTP/1.1 200 OK\r\nContent-Length: ${String(content.length)}\r\n\r\n${content}`);
  expect(given.endsWith(`\r\n\r\n${content}`)).toBe(true);
});

it.each(['HTTP/1.0', 'HTTP/1.1'])('half a response does not pass for a whole one: %s', async (version) => {
  answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnone\r\n';
  const client = connect(gateway.port, '127.0.0.1');
  let given = '';
  client.on('data', (chunk: Buffer) => (given += chunk.toString('latin1')));
  client.write(`GET /half ${version}\r\nHost: a\r\n\r\n`);
  const failed = await once(client, 'close').then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ECONNRESET',
  );
  // In HTTP/1.1 the last chunk is missing.
  expect(failed || (version === 'HTTP/1.1' && !given.endsWith('0\r\n\r\n'))).toBe(true);
});

it('a response that has begun is cut when the rest of it fails', async () => {
  await using server = createHttpServer((request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('begun');
    gateway.app(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const given = await sendRaw((server.address() as AddressInfo).port, 'GET /%2E%2E HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(given).toMatch(/\r\n\r\nbegun$/);
});
