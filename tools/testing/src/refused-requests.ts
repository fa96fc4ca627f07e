/** Bytes that the gateway refuses before any service sees them, and how. Each is all that a connection carries. */
export interface RefusedRequest {
  what: string;
  text: string;
  status: number;
  code: string;
}

const CLOSE = 'Host: example.com\r\nConnection: close\r\n';

const bad = (path: string): [what: string, text: string][] => [
  ['two hosts', `GET / HTTP/1.1\r\nHost: other.com\r\n${CLOSE}\r\n`],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['an invalid host', 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
  [
    'a length and a coding',
    `POST ${path} HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['two lengths', `POST ${path} HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
  ['the same length twice', `POST ${path} HTTP/1.1\r\n${CLOSE}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`],
  ['a list of lengths', `POST ${path} HTTP/1.1\r\n${CLOSE}Content-Length: 4, 5\r\n\r\nabcde`],
  ['a length with a sign', `POST ${path} HTTP/1.1\r\n${CLOSE}Content-Length: +4\r\n\r\nabcd`],
  ['another coding', `POST ${path} HTTP/1.1\r\n${CLOSE}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  [
    'a coding that only looks like one',
    `POST ${path} HTTP/1.1\r\n${CLOSE}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  ],
  ['a coding in HTTP/1.0', `POST ${path} HTTP/1.0\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  [
    'an invalid chunk size',
    `POST ${path} HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n`,
  ],
  ['a space before the colon', `GET / HTTP/1.1\r\n${CLOSE}X-One : 1\r\n\r\n`],
  ['a folded header', `GET / HTTP/1.1\r\n${CLOSE}X-One: 1\r\n 2\r\n\r\n`],
  ['a bare line feed', `GET / HTTP/1.1\r\n${CLOSE}X-One: 1\nX-User-Id: 2\r\n\r\n`],
  ['NUL in a header', `GET / HTTP/1.1\r\n${CLOSE}X-One: a\0b\r\n\r\n`],
  ['two callers', `GET / HTTP/1.1\r\n${CLOSE}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`],
  ['an encoded ..', `GET /a/%2E%2E/internal HTTP/1.1\r\n${CLOSE}\r\n`],
  ['a plain ..', `GET /a/../internal HTTP/1.1\r\n${CLOSE}\r\n`],
  ['an encoded slash', `GET /a%2Finternal HTTP/1.1\r\n${CLOSE}\r\n`],
  ['a backslash', `GET /a\\..\\internal HTTP/1.1\r\n${CLOSE}\r\n`],
  ['an encoded backslash', `GET /a%5C..%5Cinternal HTTP/1.1\r\n${CLOSE}\r\n`],
  ['an encoded NUL', `GET /a%00 HTTP/1.1\r\n${CLOSE}\r\n`],
  ['a path like an authority', `GET //internal/users HTTP/1.1\r\n${CLOSE}\r\n`],
  ['a fragment', `GET /a#x HTTP/1.1\r\n${CLOSE}\r\n`],
  ['bytes that are not ASCII', `GET /\u00e9 HTTP/1.1\r\n${CLOSE}\r\n`],
  ['an absolute target of another host', `GET http://other.com/ HTTP/1.1\r\n${CLOSE}\r\n`],
  ['an absolute target that is no URL', `GET http://[/ HTTP/1.1\r\n${CLOSE}\r\n`],
  ['a target without a path', `GET * HTTP/1.1\r\n${CLOSE}\r\n`],
  ['an invalid port', 'GET / HTTP/1.1\r\nHost: a:65536\r\nConnection: close\r\n\r\n'],
  ['an invalid IP literal', 'GET / HTTP/1.1\r\nHost: [::1::]\r\nConnection: close\r\n\r\n'],
  ['no HTTP', '\x16\x03\x01\x02\r\n\r\n'],
  ['another version', `GET / HTTP/2.0\r\n${CLOSE}\r\n`],
  ['no version', `GET /\r\n${CLOSE}\r\n`],
];

const unknownMethods = ['PROPFIND', 'TRACE', 'BREW', 'get'];

/** @param path where a POST is allowed without a token */
export const refusedRequests = (path: string): RefusedRequest[] => [
  ...bad(path).map(([what, text]) => ({ what, text, status: 400, code: 'bad_request' })),
  ...unknownMethods.map((method) => ({
    what: `the method ${method}`,
    text: `${method} / HTTP/1.1\r\n${CLOSE}\r\n`,
    status: 501,
    code: 'not_implemented',
  })),
  {
    what: 'headers that are too large',
    text: `GET / HTTP/1.1\r\n${CLOSE}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
];
