import { expectProblem, expectSame, expectStatus, expectUnreadable } from '../expect.ts';
import type { ApiResponse } from '../http/response.ts';
import { onTheWire } from '../http/wire.ts';
import { check, type Group } from '../runner/check.ts';
import type { World } from '../world.ts';

export const ambiguous: Group = {
  title: 'Ambiguous requests (RFC 9112, RFC 3986)',
  checks: [
    check('two Host fields are 400', async (world) => {
      expectUnreadable(await one(world, ['GET /users/me HTTP/1.1', 'Host: a.example', 'Host: b.example']), 400, code);
      expectUnreadable(await one(world, ['GET /users/me HTTP/1.1', 'Host: a.example', 'host: a.example']), 400, code);
    }),
    check('no Host field is 400', async (world) => {
      expectUnreadable(await one(world, ['GET /users/me HTTP/1.1']), 400, code);
    }),
    check('a length and chunks at once are 400, and nothing after them is read as a request', async (world) => {
      const heads = [
        ['Content-Length: 4', 'Transfer-Encoding: chunked'],
        ['Transfer-Encoding: chunked', 'Content-Length: 4'],
      ];
      for (const each of heads) {
        const smuggled = '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n';
        expectUnreadable(await one(world, [...post, ...each], smuggled), 400, code);
      }
    }),
    check('two lengths that differ are 400', async (world) => {
      expectUnreadable(await one(world, [...post, 'Content-Length: 2', 'Content-Length: 3'], '{}'), 400, code);
      expectUnreadable(await one(world, [...post, 'Content-Length: 2, 3'], '{}'), 400, code);
    }),
    check('a length that is not a number is 400', async (world) => {
      for (const length of ['-1', '+2', '0x2', '2a', '1e1', '99999999999999999999']) {
        expectUnreadable(await one(world, [...post, `Content-Length: ${length}`], '{}'), 400, code);
      }
    }),
    check('an unknown or doubled transfer coding is refused', async (world) => {
      for (const coding of ['xchunked', 'chunked, identity', 'identity', 'chunked, chunked']) {
        const response = await one(world, [...post, `Transfer-Encoding: ${coding}`], '0\r\n\r\n');
        expectStatus(response, 400, 501);
      }
    }),
    check('a space before a colon, a folded line and a lone line feed are 400', async (world) => {
      expectUnreadable(await one(world, [...get, 'X-Spaced : 1']), 400, code);
      expectUnreadable(await one(world, [...get, 'X-Folded: 1', ' 2']), 400, code);
      expectUnreadable(await one(world, [...get, 'X-Null: \0']), 400, code);
      const [response] = await onTheWire(world.api.baseUrl, 'GET with line feeds', 'GET / HTTP/1.1\nHost: a\n\n');
      expectUnreadable(response as ApiResponse, 400, code);
    }),
    check('a path with encoded dots or slashes is 400', async (world) => {
      for (const path of [
        '/auth/%2E%2E/internal/token',
        '/auth/%2e%2e/internal/token',
        '/auth/.%2e/internal/token',
        '/auth/%2e/login',
        '/auth/%2e%2e%2finternal%2ftoken',
        '/auth%2f..%2finternal/token',
        '/auth/..%5cinternal/token',
      ]) {
        expectProblem(await one(world, [`POST ${path} HTTP/1.1`, ...host, 'Content-Length: 0']), 400, code);
      }
    }),
    check('a path with dot segments or backslashes leads nowhere else', async (world) => {
      for (const path of ['/auth/../internal/token', '/auth/./../internal/token', '/auth/..\\internal/token']) {
        const response = await one(world, [`POST ${path} HTTP/1.1`, ...host, 'Content-Length: 0']);
        expectStatus(response, 400, 404);
      }
    }),
    check('a path with empty segments leads nowhere else', async (world) => {
      for (const path of ['//internal/token', '/auth//../internal/token', '//auth/login', '/users//me']) {
        const response = await one(world, [`GET ${path} HTTP/1.1`, ...host]);
        expectStatus(response, 400, 401, 404);
      }
    }),
    check('the gateway does not proxy to other hosts', async (world) => {
      for (const line of ['GET http://b.example/users/me HTTP/1.1', 'CONNECT b.example:443 HTTP/1.1']) {
        const [response] = await onTheWire(world.api.baseUrl, line, `${line}\r\nHost: a.example\r\n\r\n`).catch(closed);
        if (response !== undefined) expectStatus(response, 400, 404, 405, 421);
      }
    }),
  ],
};

const code = 'bad_request';
const host = ['Host: a.example', 'Connection: close'];
const get = ['GET /users/me HTTP/1.1', ...host];
const post = ['POST /auth/login HTTP/1.1', 'Host: a.example', 'Content-Type: application/json'];

/** Sends a request as it is spelled here. More than one response means that it was taken for several. */
async function one({ api }: World, head: readonly string[], body = ''): Promise<ApiResponse> {
  const request = head.join(' | ').slice(0, 120);
  const responses = await onTheWire(api.baseUrl, request, `${head.join('\r\n')}\r\n\r\n${body}`);
  expectSame(request, 'number of responses', responses.length, 1);
  return responses[0] as ApiResponse;
}

/** A connection that is closed without a response counts as refused, too. */
function closed(): ApiResponse[] {
  return [];
}
