import { problemCode, refusedRequests, sendRaw, statusesIn } from '@evenkeel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';

let gateway: ServiceUnderTest;

beforeAll(async () => {
  gateway = await bootService('routes: [{ prefix: /, upstream: user-service, token: none }]');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const CLOSE = 'Host: example.com\r\nConnection: close\r\n';

async function send(text: string) {
  const before = gateway.users.requests.length;
  const answer = await sendRaw(gateway.port, text);
  return { answer, reached: gateway.users.requests.slice(before) };
}

describe('a request that is not HTTP, or that two servers could read in two ways', () => {
  it.each(refusedRequests('/'))('is refused: $what', async ({ text, status, code }) => {
    const { answer, reached } = await send(text);
    expect([statusesIn(answer), problemCode(answer), reached]).toEqual([[status], code, []]);
  });

  it('does not smuggle a second one: what follows a refusal is never read', async () => {
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: example.com\r\n\r\n';
    const length = `POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: ${String(smuggled.length)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    const { answer, reached } = await send(length + smuggled);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(reached).toEqual([]);
  });
});

describe('a request that can be read in one way only', () => {
  it.each([
    ['an absolute target of the same host', `GET http://Example.com/users?a=1 HTTP/1.1\r\n${CLOSE}\r\n`, '/users?a=1'],
    ['encodings that need none', `GET /%75sers/%7Eada HTTP/1.1\r\n${CLOSE}\r\n`, '/users/~ada'],
    ['the port of the scheme', `GET https://example.com:443/users HTTP/1.1\r\n${CLOSE}\r\n`, '/users'],
    ['HTTP/1.0 without a host', 'GET /users HTTP/1.0\r\n\r\n', '/users'],
    ['HTTP/1.0 with the host in its target', 'GET http://example.com/users HTTP/1.0\r\n\r\n', '/users'],
  ])('goes on: %s', async (_what, text, path) => {
    const { answer, reached } = await send(text);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(reached.map(({ url }) => url)).toEqual([path]);
  });

  it('is answered by the gateway itself when it asks for all of it', async () => {
    const { answer, reached } = await send(`OPTIONS * HTTP/1.1\r\n${CLOSE}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 204 [^]*\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n/);
    expect(reached).toEqual([]);
  });

  it('is never a tunnel', async () => {
    const { answer, reached } = await send(`CONNECT other.com:443 HTTP/1.1\r\n${CLOSE}\r\n`);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect(reached).toEqual([]);
  });
});

describe('what follows a request', () => {
  const counted = 'POST /paid HTTP/1.1\r\nHost: example.com\r\nContent-Length: 1\r\n';

  it.each([
    ['garbage', `${counted}\r\n1\0garbage\r\n\r\n`],
    ['a request that cannot be read', `${counted}\r\n1GET / HTTP/9.9\r\n\r\n`],
    ['anything after Connection: close', `${counted}Connection: close\r\n\r\n1GET / HTTP/1.1\r\nHost: a\r\n\r\n`],
  ])('is never answered before it, and ends the connection: %s', async (_what, text) => {
    const { answer, reached } = await send(text);
    expect(answer.match(/HTTP\/1\.1 \d{3} [A-Za-z ]*/g)).toEqual(['HTTP/1.1 200 OK']);
    expect(answer).toContain('"bytes":1');
    expect(reached.map(({ url }) => url)).toEqual(['/paid']);
  });

  it('is answered in its turn when only its body cannot be read', async () => {
    const broken = 'POST /second HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n';
    const { answer } = await send(`${counted}\r\n1${broken}`);
    expect(answer.match(/HTTP\/1\.1 \d{3} [A-Za-z ]*/g)).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 400 Bad Request']);
  });

  it('is answered in its turn when it is refused before its body cannot be read', async () => {
    const refused = 'POST /second HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n';
    const { answer, reached } = await send(`${counted}\r\n1${refused}`);
    expect(statusesIn(answer)).toEqual([200, 400]);
    expect(reached.map(({ url }) => url)).toEqual(['/paid']);
  });

  it.each([
    ['without a host', 'GET / HTTP/1.1\r\n\r\n'],
    [
      'with two codings',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('is not carried out after a refusal that ends the connection: of one %s', async (_what, refused) => {
    const other = `GET / HTTP/1.1\r\n${CLOSE}\r\n`;
    // A connection to the upstream is open, so that nothing delays what would be sent.
    await send(other);
    const following = 'POST /unpaid HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1';
    expect(statusesIn(await sendRaw(gateway.port, refused + following, 2))).toEqual([400]);
    // By now the upstream has what was sent to it before.
    await send(other);
    expect(gateway.users.requests.map(({ url }) => url)).not.toContain('/unpaid');
  });
});
