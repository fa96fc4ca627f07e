import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createJsonClient, type JsonClientOptions } from './json-client.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A service with the same response for everything, and a client for it. */
async function answering(status: number, body: string, options: Partial<JsonClientOptions> = {}) {
  const client = await clientOf((request, response) => {
    request.resume();
    const headers = { 'content-type': 'application/json', 'retry-after': '7' };
    if (status > 0) response.writeHead(status, headers).end(body);
  }, options);
  return () => client.call(request);
}

const request = { method: 'POST', path: '/x', body: {}, response: z.object({ n: z.int() }) } as const;

async function clientOf(service: RequestListener, options: Partial<JsonClientOptions> = {}) {
  server = createServer(service).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return createJsonClient({ baseUrl, name: 'demo', timeoutMs: 60_000, ...options });
}

function problem(code: string): string {
  return JSON.stringify({ type: 't', title: 't', status: 400, code, detail: 'why' });
}

describe('a JSON client', () => {
  it('returns what the contract declares and drops the rest', async () => {
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
    const timeoutMs = status === 0 ? 200 : 60_000;
    const call = await answering(status, body, { passOn: ['email_taken'], timeoutMs });
    await expect(call()).rejects.toMatchObject({ name: 'AppError', code });
  });

  it('fails with unavailable when nothing listens', async () => {
    const call = await answering(200, '');
    server?.close();
    await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    const client = createJsonClient({ baseUrl: 'http://127.0.0.1:1', name: 'demo' });
    await expect(client.call({ ...request, changes: true })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('passes on when to come back', async () => {
    const call = await answering(503, problem('unavailable'));
    await expect(call()).rejects.toMatchObject({ headers: { 'retry-after': '7' } });
  });

  it.each([
    ['does not answer in time', () => undefined, 'timeout', 200],
    ['breaks off', ({ socket }: IncomingMessage) => void socket.destroy(), 'bad_gateway', 60_000],
  ])(
    'does not say unavailable, which means not done, of a change when a service %s',
    async (_how, service, code, ms) => {
      const client = await clientOf(service, { timeoutMs: ms });
      await expect(client.call({ ...request, changes: true })).rejects.toMatchObject({ code });
    },
  );

  it('cancels the call when its requester has disconnected, and names the requester to the service', async () => {
    const events = new EventEmitter();
    const asked = once(events, 'asked');
    const client = await clientOf((incoming) => events.emit('asked', incoming));
    const leaving = new AbortController();
    const requester = { signal: leaving.signal, forwarded: 'for=192.0.2.1' };
    const call = client.call({ ...request, requester });
    const [incoming] = (await asked) as [IncomingMessage];
    expect(incoming.headers.forwarded).toBe('for=192.0.2.1');
    const closed = once(incoming.socket, 'close');
    leaving.abort();
    await expect(call).rejects.toMatchObject({ name: 'AppError' });
    await closed;
  });
});
