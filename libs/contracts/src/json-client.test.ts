import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createJsonClient, type JsonClientOptions } from './json-client.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A service that answers everything alike, and a client for it. */
async function answering(status: number, body: string, options: Partial<JsonClientOptions> = {}) {
  server = createServer((request, response) => {
    request.resume();
    if (status > 0) response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = createJsonClient({ baseUrl, name: 'demo', timeoutMs: 200, ...options });
  return () => client.call({ method: 'POST', path: '/x', body: {}, response: z.object({ n: z.int() }) });
}

function problem(code: string): string {
  return JSON.stringify({ type: 't', title: 't', status: 400, code, detail: 'why' });
}

describe('a JSON client', () => {
  it('gives what the contract says and drops the rest', async () => {
    expect(await (await answering(200, '{"n":1,"more":2}'))()).toEqual({ n: 1 });
  });

  it.each([
    ['an answer against the contract', 200, '{"n":"one"}', 'bad_gateway'],
    ['an answer that is not JSON', 200, '<html>', 'bad_gateway'],
    ['an unexpected status', 418, '', 'bad_gateway'],
    ['a problem that is not to be passed on', 403, problem('forbidden'), 'bad_gateway'],
    ['a problem that is', 409, problem('email_taken'), 'email_taken'],
    ['a service that is not available', 503, problem('unavailable'), 'unavailable'],
    ['no answer in time', 0, '', 'unavailable'],
  ])('turns %s into one of our codes', async (_case, status, body, code) => {
    const call = await answering(status, body, { passOn: ['email_taken'] });
    await expect(call()).rejects.toMatchObject({ name: 'AppError', code });
  });

  it('says unavailable when nobody listens', async () => {
    const call = await answering(200, '');
    server?.close();
    await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
