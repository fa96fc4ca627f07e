import { expectMistake, expectProblem, expectUnreadable } from '../expect.ts';
import type { ApiResponse } from '../http/response.ts';
import type { RequestParts } from '../http/api.ts';
import { check, type Group } from '../runner/check.ts';
import type { World } from '../world.ts';

const json = { 'content-type': 'application/json' };
const TEN_MB = 10 * 1024 * 1024;
const body = '{"current_password":"seven brown kettles sing","new_password":"eleven grey herons wait"}';
const tooLarge = `{"current_password":"seven brown kettles sing","new_password":"${'x'.repeat(TEN_MB)}"}`;

export const malformed: Group = {
  title: 'Invalid requests',
  checks: [
    check('invalid JSON is 400', async (world) => {
      for (const bytes of ['{', '{"a":}', 'undefined', '{"a":1}{"b":2}', '\u0000', '[1,2', '"', '{"a":"\n"}']) {
        expectProblem(await post(world, { headers: json, bytes }), 400, 'bad_request');
      }
      expectProblem(await world.api.send('POST', '/auth/login', { headers: json, bytes: '{' }), 400, 'bad_request');
    }),
    check('JSON that is not an object is 400', async (world) => {
      for (const bytes of ['[]', '"email"', '17', 'null', 'true']) {
        expectProblem(await post(world, { headers: json, bytes }), 400, 'bad_request', 'invalid_request');
      }
    }),
    check('JSON that nests very deeply is 400', async (world) => {
      const bytes = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      expectProblem(await post(world, { headers: json, bytes }), 400, 'bad_request', 'invalid_request');
    }),
    check('fields named __proto__ and constructor are unknown fields like others', async (world) => {
      for (const name of ['__proto__', 'constructor', 'toString']) {
        const bytes = body.replace('{', `{"${name}":{"roles":["admin"]},`);
        expectProblem(await post(world, { headers: json, bytes }), 400, 'invalid_request');
      }
    }),
    check('a missing body is 400', async (world) => {
      expectProblem(await post(world, {}), 400, 'invalid_request');
      expectProblem(await post(world, { headers: json, bytes: '' }), 400, 'invalid_request');
      expectProblem(await world.api.send('POST', '/auth/login'), 400, 'invalid_request');
    }),
    check('a body of another content type is 415', async (world) => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense']) {
        const response = await post(world, { headers: { 'content-type': type }, bytes: body });
        expectProblem(response, 415, 'unsupported_media_type');
      }
      expectProblem(await post(world, { bytes: body }), 415, 'unsupported_media_type');
      expectProblem(await world.api.send('POST', '/auth/login', { bytes: body }), 415, 'unsupported_media_type');
    }),
    check('invalid UTF-8 and invalid compression are refused', async (world) => {
      const bytes = Buffer.from(body.replace('new_password', '\xff\xfe'), 'latin1');
      expectProblem(await post(world, { headers: json, bytes }), 400, 'bad_request', 'invalid_request');
      const zipped = { ...json, 'content-encoding': 'gzip' };
      expectProblem(await post(world, { headers: zipped, bytes: 'not gzip' }), 400, 'bad_request');
      const unknown = { ...json, 'content-encoding': 'snappy' };
      expectProblem(await post(world, { headers: unknown, bytes: body }), 415, 'unsupported_media_type');
    }),
    check('a body of 10 MB is 413', async (world) => {
      expectProblem(await post(world, { headers: json, bytes: tooLarge }), 413, 'payload_too_large');
      const anonymous = await world.api.send('POST', '/auth/login', { headers: json, bytes: tooLarge });
      expectProblem(anonymous, 413, 'payload_too_large');
    }),
    check('a body of 10 MB whose length is not announced is 413', async (world) => {
      const headers = { ...json, 'transfer-encoding': 'chunked' };
      expectProblem(await post(world, { headers, bytes: tooLarge }), 413, 'payload_too_large');
    }),
    check('20 kB of headers are 431', async ({ api }) => {
      const response = await api.send('GET', '/users/me', { headers: { 'x-large': 'x'.repeat(20 * 1024) } });
      expectUnreadable(response, 431, 'headers_too_large');
    }),
    check('ids that are not UUIDs are 400', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      for (const id of ['1', 'null', 'me%20', "1'%20OR%20'1'='1", 'a'.repeat(300), '%F0%9F%A6%86']) {
        expectMistake(await api.get(`/users/${id}`, { token }), 'id');
      }
    }),
    check('a path that is not encoded correctly, or hides control characters, is 400', async ({ api, accounts }) => {
      const { accessToken: token } = await accounts.bystander();
      for (const id of ['%', '%zz', '%ff', '%c0%af', '%00', 'me%0a']) {
        expectProblem(await api.get(`/users/${id}`, { token }), 400, 'bad_request', 'invalid_request');
      }
    }),
    check('an invalid entity tag is 400', async ({ api, accounts }) => {
      const { accessToken: token, id } = await accounts.bystander();
      const parts = { token, headers: { 'if-match': 'no tag' }, body: { name: 'Robin Other' } };
      expectProblem(await api.send('PATCH', `/users/${id}`, parts), 400, 'bad_request');
    }),
  ],
};

/** To a path that takes a body: changing the password, which is not limited as narrowly as signing in. */
async function post({ api, accounts }: World, parts: RequestParts): Promise<ApiResponse> {
  const { accessToken: token } = await accounts.bystander();
  return api.send('POST', '/users/me/password', { token, ...parts });
}
