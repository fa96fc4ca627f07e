import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { serveOnFreePort } from '@evenkeel/testing';
import { sendFrontPage } from './front-page.ts';

async function page(host: string): Promise<string> {
  const handle = (request: IncomingMessage, response: Parameters<typeof sendFrontPage>[1]) =>
    sendFrontPage({ headers: { ...request.headers, host } } as IncomingMessage, response, {
      PORT: 8080,
      ADMIN_PORT: 9080,
    });
  await using served = await serveOnFreePort(handle);
  return (await fetch(served.url)).text();
}

it.each(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])(
  'links to the admin port of this machine: %s',
  async (host) => {
    expect(await page(host)).toContain('http://127.0.0.1:9080/docs');
  },
);

it('follows ports that were moved outside of the process, as containers have them', async () => {
  expect(await page('127.0.0.1:18080')).toContain('http://127.0.0.1:19080/docs');
});

it.each(['api.example.com', 'localhost.example.com', '127.0.0.1.example.com:8080'])(
  'names no port to strangers: %s',
  async (host) => {
    const text = await page(host);
    expect(text).not.toMatch(/href|9080/);
    expect(text).toContain('admin port');
  },
);
