import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Peer } from '../request/peer.ts';
import { createRequestHeaders } from './request-headers.ts';
import { responseHeaders, writeHead } from './response-headers.ts';

const stranger: Peer = {
  address: '192.0.2.1',
  network: '192.0.2.1',
  trusted: false,
  forwarded: undefined,
  node: '192.0.2.1',
};
const proxy: Peer = {
  address: '192.0.2.1',
  network: '192.0.2.1',
  trusted: true,
  forwarded: 'for=192.0.2.1;proto=https',
  node: '10.0.0.1',
};

function send(rawHeaders: string[], peer = stranger, propagated: string[] = []): Map<string, string> {
  const base = { host: 'example.com', protocol: 'http', httpVersion: '1.1', requestId: 'id-12345' } as const;
  return asMap(createRequestHeaders(propagated)({ ...base, rawHeaders, peer }));
}

function asMap(flat: string[]): Map<string, string> {
  const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []));
  return new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
}

describe('requestHeaders', () => {
  it('passes on what is for the service, with its credentials', () => {
    const sent = send(['Accept', 'a', 'Authorization', 'Bearer x', 'If-Match', '"1"', 'Content-Length', '3']);
    expect([...sent.keys()]).toEqual(expect.arrayContaining(['accept', 'authorization', 'if-match', 'content-length']));
  });

  it('drops hop-by-hop fields, and those that Connection names', () => {
    const sent = send([
      ...['Connection', 'X-Once, keep-alive', 'X-Once', '1', 'Keep-Alive', 'x', 'TE', 'trailers', 'Upgrade', 'h2c'],
      ...['Transfer-Encoding', 'chunked', 'Proxy-Authorization', 'x', 'HTTP2-Settings', 'x', 'Expect', '100-continue'],
      ...['Host', 'example.com', 'connection', 'x-twice', 'X-Twice', '2'],
    ]);
    expect([...sent.keys()].sort()).toEqual(['forwarded', 'via', 'x-request-id']);
  });

  it('drops fields that a client must not set, in any spelling', () => {
    const forged = [
      'X-User-Id',
      'x-user-roles',
      'X_User_Id',
      'X-Forwarded-For',
      'X_Forwarded_Host',
      'Forwarded',
      'X-Real-IP',
    ];
    const sent = send(forged.flatMap((name) => [name, 'me']));
    expect([...sent.keys()].sort()).toEqual(['forwarded', 'via', 'x-request-id']);
    expect(sent.get('forwarded')).toBe('for=192.0.2.1;host="example.com";proto=http');
  });

  it('drops what a server that takes _ for - would read as a length or as credentials', () => {
    const names = ['Content_Length', 'transfer_encoding', 'Content_Type', 'Proxy_Authorization', 'X_Request_Id'];
    const sent = send([...names.flatMap((name) => [name, '1']), 'my_field', '1']);
    expect([...sent.keys()].sort()).toEqual(['forwarded', 'my_field', 'via', 'x-request-id']);
  });

  it('keeps what a trusted proxy sets, except the user', () => {
    const sent = send(['X-Forwarded-Proto', 'https', 'X-User-Id', '1'], proxy);
    expect(sent.get('x-forwarded-proto')).toBe('https');
    expect(sent.has('x-user-id')).toBe(false);
    expect(sent.get('forwarded')).toBe('for=192.0.2.1;proto=https, for=10.0.0.1;host="example.com";proto=http');
  });

  it('leaves to telemetry what telemetry adds', () => {
    const incoming = ['traceparent', '00-1', 'tracestate', 'a=b'];
    expect(send(incoming, stranger, ['traceparent', 'tracestate']).has('traceparent')).toBe(false);
    expect(send(incoming).get('traceparent')).toBe('00-1');
  });

  it('never lets a forged or hop-by-hop name through, whatever its case and company', () => {
    const name = fc.constantFrom(
      'x-user-id',
      'X-USER-X',
      'x-forwarded-for',
      'FORWARDED',
      'te',
      'x-a',
      'X-B',
      'connection',
    );
    const value = fc.constantFrom('x-a', 'X-B, close', 'anything');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 10 }), (headers) => {
        const connection = headers.filter(([key]) => key === 'connection').map(([, text]) => text.toLowerCase());
        const named = connection
          .join(',')
          .split(',')
          .map((option) => option.trim());
        const sent = send(headers.flat());
        for (const key of sent.keys()) {
          expect(key).not.toMatch(/^x-user-|^x-forwarded-|^te$|^connection$/);
          expect(named).not.toContain(key);
        }
      }),
    );
  });
});

describe('responseHeaders', () => {
  it('drops hop-by-hop fields and those that the gateway sets', () => {
    const headers = [
      'Connection',
      'X-Once',
      'X-Once',
      '1',
      'Transfer-Encoding',
      'chunked',
      'Access-Control-Allow-Origin',
      '*',
    ];
    expect(responseHeaders(200, [...headers, 'X-Request-Id', 'x', 'ETag', '"1"'])).toEqual(['ETag', '"1"']);
  });

  it('keeps each of several values', () => {
    const cookies = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'];
    expect(responseHeaders(200, cookies)).toEqual(cookies);
  });

  it('sends no Content-Length without content', () => {
    expect(responseHeaders(204, ['Content-Length', '0'])).toEqual([]);
    expect(responseHeaders(304, ['Content-Length', '9'])).toEqual(['Content-Length', '9']);
  });
});

describe('writeHead', () => {
  const begin = () => new ServerResponse(new IncomingMessage(new Socket()));

  it('adds what the upstream has not said itself, and what else the response varies by', () => {
    const response = begin();
    const own = ['X-Request-Id', 'id-12345', 'Referrer-Policy', 'no-referrer', 'Vary', 'Origin'];
    writeHead(response, 200, ['referrer-policy', 'origin', 'Vary', 'Accept'], own);
    expect(headOf(response)).toMatch(
      /^referrer-policy: origin\r\nVary: Accept\r\nX-Request-Id: id-12345\r\nVary: Origin\r\n/m,
    );
  });

  it('keeps nothing of a head that cannot be sent', () => {
    const response = begin();
    response.setHeader('connection', 'close');
    expect(() => writeHead(response, 200, ['ETag', '"1"', 'X-One', 'a\nb'], ['Vary', 'Origin'])).toThrow();
    expect([response.headersSent, response.getHeaders()]).toEqual([false, { connection: 'close' }]);
    expect(response.statusMessage).toBe('');
  });
});

/** The head as it is sent. */
function headOf(response: ServerResponse): string {
  return String((response as unknown as { _header: string })._header);
}
