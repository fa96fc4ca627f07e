import { describe, expect, it } from 'vitest';
import { describeResponse, type ApiResponse } from '../src/http/response.ts';
import { createApi } from '../src/http/api.ts';
import { onTheWire } from '../src/http/wire.ts';
import { serveBytes, serveHttp } from './server.ts';

describe('a request', () => {
  it('is shown with what came back, fields joined and in lower case', async () => {
    await using server = await serveHttp((request, response) => {
      response.writeHead(201, { 'X-Seen': [String(request.headers.authorization), 'twice'] }).end('{"ok":true}');
    });
    const seen: ApiResponse[] = [];
    const api = createApi(server.baseUrl, (response) => void seen.push(response));
    const response = await api.post('/users', { a: 1 }, { token: 'abc' });
    api.close();
    expect(response).toMatchObject({ request: 'POST /users', status: 201, text: '{"ok":true}' });
    expect(response.headers['x-seen']).toBe('Bearer abc, twice');
    expect(seen).toEqual([response]);
  });

  it('waits once where a limit is over soon', async () => {
    let count = 0;
    await using server = await serveHttp((_request, response) => {
      count += 1;
      response.writeHead(429, { 'retry-after': count === 1 ? '0' : '1' }).end();
    });
    const api = createApi(server.baseUrl, () => undefined);
    expect((await api.get('/')).status).toBe(429);
    api.close();
    expect(count).toBe(2);
  });

  it('does not wait for a limit that lasts', async () => {
    let count = 0;
    await using server = await serveHttp((_request, response) => {
      count += 1;
      response.writeHead(429, { 'retry-after': '60' }).end();
    });
    const api = createApi(server.baseUrl, () => undefined);
    const response = await api.get('/');
    api.close();
    expect(count).toBe(1);
    expect(describeResponse(response)).toBe('429 (Retry-After: 60 s) without a body');
  });

  it('gets the response of a server that refuses a large body before it has read it', async () => {
    await using server = await serveHttp((request, response) => {
      response.writeHead(413, { connection: 'close' }).end('too large');
      response.on('finish', () => setTimeout(() => request.socket.destroy(), 50));
    });
    const api = createApi(server.baseUrl, () => undefined);
    const response = await api.send('POST', '/', { bytes: 'x'.repeat(20 * 1024 * 1024) });
    api.close();
    expect([response.status, response.text]).toEqual([413, 'too large']);
  });

  it('reports in plain words that nothing responds', async () => {
    const server = await serveHttp(() => undefined);
    await server[Symbol.asyncDispose]();
    const api = createApi(server.baseUrl, () => undefined);
    await expect(api.get('/')).rejects.toThrow(/GET \/: expected a response, got .*ECONNREFUSED/);
  });
});

describe('bytes on the wire', () => {
  it('tell one response from two', async () => {
    const one = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}';
    await using single = await serveBytes(one);
    expect(await onTheWire(single.baseUrl, 'bytes', 'GET /\r\n\r\n')).toMatchObject([{ status: 400, text: '{}' }]);
    await using double = await serveBytes(`${one}\r\n${one}`);
    expect(await onTheWire(double.baseUrl, 'bytes', 'GET /\r\n\r\n')).toHaveLength(2);
  });

  it('read a body in chunks', async () => {
    await using server = await serveBytes(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    );
    expect(await onTheWire(server.baseUrl, 'bytes', 'GET /\r\n\r\n')).toMatchObject([{ text: 'abcde' }]);
  });

  it('tell a closed connection from a response', async () => {
    await using server = await serveBytes('');
    await expect(onTheWire(server.baseUrl, 'bytes', 'GET /\r\n\r\n')).rejects.toThrow('got a closed connection');
  });
});

describe('a response in a report', () => {
  it('hides tokens', () => {
    const text = '{"access_token":"a.b.c","refresh_token": "secret","name":"Ada"}';
    const shown = describeResponse({ request: '', method: '', status: 200, headers: {}, text });
    expect(shown).toBe('200 {"access_token":"(hidden)","refresh_token":"(hidden)","name":"Ada"}');
  });
});
