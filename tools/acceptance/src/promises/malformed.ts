import { expectMistake, expectProblem, expectUnreadable } from '../expect.ts';
import { check, type Group } from '../runner/check.ts';

const json = { 'content-type': 'application/json' };
const TEN_MB = 10 * 1024 * 1024;

export const malformed: Group = {
  title: 'Requests that are wrong',
  checks: [
    check('JSON that is none is 400', async ({ api }) => {
      for (const bytes of ['{', '{"email":}', 'undefined', '{"a":1}{"b":2}', '\u0000', '[1,2', '"']) {
        expectProblem(await api.send('POST', '/auth/login', { headers: json, bytes }), 400, 'bad_request');
      }
    }),
    check('JSON that is no object is 400', async ({ api }) => {
      for (const bytes of ['[]', '"email"', '17', 'null', 'true']) {
        const answer = await api.send('POST', '/auth/login', { headers: json, bytes });
        expectProblem(answer, 400, 'bad_request', 'invalid_request');
      }
    }),
    check('a body that is missing is 400', async ({ api }) => {
      expectProblem(await api.send('POST', '/auth/login'), 400, 'invalid_request');
      expectProblem(await api.send('POST', '/auth/login', { headers: json, bytes: '' }), 400, 'invalid_request');
    }),
    check('a body of another content type is 415', async ({ api }) => {
      const bytes = '{"email":"robin@example.com","password":"seven brown kettles sing"}';
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense']) {
        const answer = await api.send('POST', '/auth/login', { headers: { 'content-type': type }, bytes });
        expectProblem(answer, 415, 'unsupported_media_type');
      }
      expectProblem(await api.send('POST', '/auth/login', { bytes }), 415, 'unsupported_media_type');
    }),
    check('bytes that are no UTF-8, and a compression that is none, are refused', async ({ api }) => {
      const bytes = Buffer.from('{"email":"\xff\xfe","password":"x"}', 'latin1');
      const answer = await api.send('POST', '/auth/login', { headers: json, bytes });
      if (answer.status === 400) expectProblem(answer, 400, 'bad_request', 'invalid_request');
      else expectProblem(answer, 401, 'invalid_credentials');
      const headers = { ...json, 'content-encoding': 'gzip' };
      expectProblem(await api.send('POST', '/auth/login', { headers, bytes: 'not gzip' }), 400, 'bad_request');
      const unknown = { ...json, 'content-encoding': 'snappy' };
      expectProblem(
        await api.send('POST', '/auth/login', { headers: unknown, bytes: '{}' }),
        415,
        'unsupported_media_type',
      );
    }),
    check('a body of 10 MB is 413', async ({ api }) => {
      const bytes = `{"email":"robin@example.com","password":"${'x'.repeat(TEN_MB)}"}`;
      expectProblem(await api.send('POST', '/auth/login', { headers: json, bytes }), 413, 'payload_too_large');
    }),
    check('a body of 10 MB whose length is not announced is 413', async ({ api }) => {
      const bytes = `{"email":"robin@example.com","password":"${'x'.repeat(TEN_MB)}"}`;
      const headers = { ...json, 'transfer-encoding': 'chunked' };
      expectProblem(await api.send('POST', '/auth/login', { headers, bytes }), 413, 'payload_too_large');
    }),
    check('deeply nested JSON is 400', async ({ api }) => {
      const bytes = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      const answer = await api.send('POST', '/auth/login', { headers: json, bytes });
      expectProblem(answer, 400, 'bad_request', 'invalid_request');
    }),
    check('20 kB of headers are 431', async ({ api }) => {
      const answer = await api.send('GET', '/users/me', { headers: { 'x-large': 'x'.repeat(20 * 1024) } });
      expectUnreadable(answer, 431, 'headers_too_large');
    }),
    check('ids that are no UUIDs are 400', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      for (const id of ['1', 'null', 'me%20', '%00', "1'%20OR%20'1'='1", `${'a'.repeat(300)}`, '%F0%9F%A6%86']) {
        expectMistake(await api.get(`/users/${id}`, { token }), 'id');
      }
    }),
    check('a path that is not encoded correctly is 400', async ({ api, people }) => {
      const { accessToken: token } = await people.bystander();
      for (const id of ['%', '%zz', '%ff', '%c0%af']) {
        expectProblem(await api.get(`/users/${id}`, { token }), 400, 'bad_request', 'invalid_request');
      }
    }),
  ],
};
