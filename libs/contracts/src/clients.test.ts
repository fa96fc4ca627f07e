import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createTokenClient } from './clients.ts';

/** An issuer whose tokens are the secrets that it was sent. */
async function startIssuer(expiresIn: number) {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { client_secret } = body as { client_secret: string };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: client_secret, expires_in: expiresIn }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return { baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

it('requests each token with the secret of that moment', async () => {
  let secret = 'first';
  const tokens = createTokenClient(await startIssuer(10), 'demo', () => secret);
  expect(await tokens('users:read')).toBe('first');
  secret = 'second';
  expect(await tokens('users:read')).toBe('second');
});

it('keeps a token of each scope until shortly before it expires', async () => {
  let secret = 'first';
  const tokens = createTokenClient(await startIssuer(60), 'demo', () => secret);
  expect(await tokens('users:read')).toBe('first');
  secret = 'second';
  expect([await tokens('users:read'), await tokens('sessions:end')]).toEqual(['first', 'second']);
});
