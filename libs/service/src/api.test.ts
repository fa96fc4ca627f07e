import { once } from 'node:events';
import { request as startRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@evenkeel/errors';
import { createLogger } from '@evenkeel/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApiApp } from './app.ts';
import { endpoint } from './endpoint.ts';
import { describeApi } from './openapi.ts';

const logged: string[] = [];
const logger = createLogger('test', 'warn', { write: (line) => void logged.push(line) });

const endpoints = [
  endpoint(
    {
      method: 'post',
      path: '/things/:id',
      summary: 'Change a thing',
      guard: {
        security: 'bearer',
        needs: ['captain'],
        errors: ['unauthenticated'],
        check: (request) => {
          if (request.get('authorization') === undefined) throw new AppError('unauthenticated', 'Say who you are.');
          return { name: 'ada' };
        },
      },
      params: z.object({ id: z.uuid() }),
      query: z.strictObject({ n: z.coerce.number().int().default(1) }),
      headers: z.object({
        'If-Match': z
          .string()
          .regex(/^"[a-z]*"$/)
          .optional(),
      }),
      body: z.strictObject({ text: z.string() }),
      responses: { 200: z.object({ text: z.string(), n: z.int() }) },
      responseHeaders: { 200: ['ETag'] },
      errors: ['conflict', 'rate_limited'],
    },
    async ({ body, query, caller }) => ({ status: 200, body: { text: `${caller.name}: ${body.text}`, n: query.n } }),
  ),
  endpoint({ method: 'get', path: '/boom', summary: 'Fail', responses: { 200: null } }, async () => {
    throw new Error('secret detail');
  }),
];

let server: Server;
let url: string;

beforeAll(async () => {
  server = createApiApp(endpoints, logger).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(() => void server.close());

const id = '0190c5a0-0000-7000-8000-000000000000';

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'x', ...headers },
    body,
  });
}

async function problem(response: Response): Promise<{ code: string; errors?: { path: string }[] }> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as { code: string };
}

describe('an endpoint', () => {
  it('passes the output of the schemas to its handler', async () => {
    const response = await post(`/things/${id}?n=3`, '{"text":"hello"}');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ text: 'ada: hello', n: 3 });
  });

  it.each([
    ...['charset=utf-8', 'charset=utf8', 'charset=UTF8', 'charset="UTF-8"', 'charset=us-ascii', 'Charset=ASCII'],
    ...[
      '',
      'charset',
      'charset=utf8;',
      ' charset = utf-8',
      'profile="https://example.com/p"',
      'charset=utf8;charset=x',
    ],
  ])('takes JSON however its media type is written: application/json;%s', async (parameters) => {
    const response = await post(`/things/${id}`, '{"text":"grüß"}', {
      'content-type': `Application/JSON;${parameters}`,
    });
    expect(await response.json()).toEqual({ text: 'ada: grüß', n: 1 });
  });

  it.each([
    ...[
      'application/json; charset=utf-16',
      'application/json; charset=iso-8859-1',
      'application/json; charset=nonsense',
    ],
    ...['application/json-patch+json', 'application/merge-patch+json', 'text/json', 'application/json, text/plain'],
  ])('refuses %s', async (type) => {
    const response = await post(`/things/${id}`, '{"text":"hello"}', { 'content-type': type });
    expect(response.status).toBe(415);
  });

  it.each([
    ['malformed JSON', `/things/${id}`, '{', {}, 400, 'bad_request'],
    [
      'another content type',
      `/things/${id}`,
      'text=1',
      { 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
    ],
    ['a body beyond the limit', `/things/${id}`, `"${'x'.repeat(200_000)}"`, {}, 413, 'payload_too_large'],
    ['a compression that is none', `/things/${id}`, 'abc', { 'content-encoding': 'gzip' }, 400, 'bad_request'],
    ['an unknown compression', `/things/${id}`, 'abc', { 'content-encoding': 'x' }, 415, 'unsupported_media_type'],
    ['an unknown field', `/things/${id}`, '{"text":"a","more":1}', {}, 400, 'invalid_request'],
    ['a header that is not valid', `/things/${id}`, '{"text":"a"}', { 'if-match': 'a' }, 400, 'bad_request'],
    ['no body', `/things/${id}`, '', {}, 400, 'invalid_request'],
    ['an id that is no UUID', '/things/1', '{"text":"a"}', {}, 400, 'invalid_request'],
    ['an unknown query', `/things/${id}?m=1`, '{"text":"a"}', {}, 400, 'invalid_request'],
    ['a path that is not encoded', '/things/%ff', '{"text":"a"}', {}, 400, 'bad_request'],
    ['an unknown path', '/nothing', '{}', {}, 404, 'not_found'],
  ])('answers %s with a problem', async (_case, path, body, headers, status, code) => {
    const response = await post(path, body, headers as unknown as Record<string, string>);
    expect(response.status).toBe(status);
    expect((await problem(response)).code).toBe(code);
  });

  it('refuses bytes that are not UTF-8, and takes those that are', async () => {
    const send = (bytes: Buffer) =>
      fetch(`${url}/things/${id}`, {
        method: 'POST',
        headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
        body: new Uint8Array(bytes),
      });
    const refused = await send(Buffer.from('{"text":"\xff\xfe"}', 'latin1'));
    expect(refused.status).toBe(400);
    expect((await problem(refused)).code).toBe('bad_request');
    expect((await send(Buffer.from('{"text":"\u00ff\ufffd🙂"}'))).status).toBe(200);
  });

  it('checks the caller before it reads the body', async () => {
    const response = await fetch(`${url}/things/1`, { method: 'POST' });
    expect(response.status).toBe(401);
  });

  it('reads no body of a caller that the guard refuses', async () => {
    // A body that never arrives: whatever waits for it does not respond.
    const request = startRequest(`${url}/things/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    request.on('error', () => undefined).write('{"text":');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    request.destroy();
  });

  it('responds to another method with 405 and the methods it allows', async () => {
    const response = await fetch(`${url}/boom`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('hides an unexpected error from the client and logs it once', async () => {
    logged.length = 0;
    const response = await fetch(`${url}/boom`);
    expect(response.status).toBe(500);
    expect(JSON.stringify(await response.json())).not.toContain('secret detail');
    expect(logged.filter((line) => line.includes('secret detail'))).toHaveLength(1);
  });
});

describe('describeApi', () => {
  it('makes the description from the schemas that validate', () => {
    const document = describeApi({ title: 'Things', version: '1.0.0' }, endpoints);
    const operation = document.paths?.['/things/{id}']?.post;
    expect(operation?.security).toEqual([{ bearer: ['captain'] }]);
    expect(operation?.parameters).toMatchObject([
      { in: 'path', name: 'id', required: true },
      { in: 'query', name: 'n' },
      { in: 'header', name: 'If-Match', schema: { pattern: '^"[a-z]*"$' } },
    ]);
    expect(operation?.requestBody).toMatchObject({ required: true });
    expect(JSON.stringify(operation?.requestBody)).toContain('"additionalProperties":false');
  });

  it('lists exactly the statuses that an operation can respond with', () => {
    const document = describeApi({ title: 'Things', version: '1.0.0' }, endpoints);
    const responses = document.paths?.['/things/{id}']?.post?.responses ?? {};
    expect(Object.keys(responses)).toEqual('200 400 401 408 409 413 415 429 431'.split(' '));
    expect(responses['400']?.description).toBe('Bad Request: bad_request, invalid_request');
    expect(responses['200']?.headers).toMatchObject({ ETag: { required: true } });
    expect(responses['429']?.headers).toMatchObject({ 'Retry-After': { required: true } });
    expect(Object.keys(document.paths?.['/boom']?.get?.responses ?? {})).toEqual('200 400 408 431'.split(' '));
  });
});
