import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootService, type ServiceUnderTest } from './service-under-test.ts';
import { problemCode, sendRaw } from './raw.ts';

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

describe('a request that two servers could read in two ways', () => {
  it.each([
    ['two hosts', `GET / HTTP/1.1\r\nHost: other.com\r\n${CLOSE}\r\n`],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
    [
      'a length and a coding',
      `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
    ['the same length twice', `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`],
    ['a list of lengths', `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 4, 5\r\n\r\nabcde`],
    ['a length with a sign', `POST / HTTP/1.1\r\n${CLOSE}Content-Length: +4\r\n\r\nabcd`],
    ['another coding', `POST / HTTP/1.1\r\n${CLOSE}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a coding that only looks like one', `POST / HTTP/1.1\r\n${CLOSE}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a coding in HTTP/1.0', `POST / HTTP/1.0\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    [
      'a chunk size that is none',
      `POST / HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', `GET / HTTP/1.1\r\n${CLOSE}X-One : 1\r\n\r\n`],
    ['a folded header', `GET / HTTP/1.1\r\n${CLOSE}X-One: 1\r\n 2\r\n\r\n`],
    ['a bare line feed', `GET / HTTP/1.1\r\n${CLOSE}X-One: 1\nX-User-Id: 2\r\n\r\n`],
    ['NUL in a header', `GET / HTTP/1.1\r\n${CLOSE}X-One: a\0b\r\n\r\n`],
    ['two callers', `GET / HTTP/1.1\r\n${CLOSE}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`],
    ['an encoded ..', `GET /users/%2E%2E/internal HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a plain ..', `GET /users/../internal HTTP/1.1\r\n${CLOSE}\r\n`],
    ['an encoded slash', `GET /users%2Finternal HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a backslash', `GET /users\\..\\internal HTTP/1.1\r\n${CLOSE}\r\n`],
    ['an encoded backslash', `GET /users%5C..%5Cinternal HTTP/1.1\r\n${CLOSE}\r\n`],
    ['an encoded NUL', `GET /users%00 HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a path like an authority', `GET //internal/users HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a fragment', `GET /users#x HTTP/1.1\r\n${CLOSE}\r\n`],
    ['bytes that are not ASCII', `GET /us\u00e9rs HTTP/1.1\r\n${CLOSE}\r\n`],
    ['an absolute target of another host', `GET http://other.com/ HTTP/1.1\r\n${CLOSE}\r\n`],
    ['an absolute target that is no URL', `GET http://[/ HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a target without a path', `GET * HTTP/1.1\r\n${CLOSE}\r\n`],
    ['a port that is none', 'GET / HTTP/1.1\r\nHost: a:65536\r\nConnection: close\r\n\r\n'],
    ['an address that is none', 'GET / HTTP/1.1\r\nHost: [::1::]\r\nConnection: close\r\n\r\n'],
  ])('is refused: %s', async (_what, text) => {
    const { answer, reached } = await send(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(problemCode(answer)).toBe('bad_request');
    expect(reached).toEqual([]);
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

  it.each(['PROPFIND', 'TRACE', 'BREW', 'get'])(
    'is 501 when the gateway does not know its method: %s',
    async (method) => {
      const { answer, reached } = await send(`${method} / HTTP/1.1\r\n${CLOSE}\r\n`);
      expect([answer.slice(0, 12), problemCode(answer), reached]).toEqual(['HTTP/1.1 501', 'not_implemented', []]);
    },
  );

  it('is 400 when it is no HTTP at all', async () => {
    expect((await send('\x16\x03\x01\x02\r\n\r\n')).answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('is 431 when its headers are too large, and 501 or closed when it wants a tunnel', async () => {
    const { answer } = await send(`GET / HTTP/1.1\r\n${CLOSE}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(problemCode(answer)).toBe('headers_too_large');
    const tunnel = await send(`CONNECT other.com:443 HTTP/1.1\r\n${CLOSE}\r\n`);
    expect(tunnel.answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect(tunnel.reached).toEqual([]);
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
});
