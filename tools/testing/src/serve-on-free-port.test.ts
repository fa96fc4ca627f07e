import { expect, it } from 'vitest';
import { serveOnFreePort } from './serve-on-free-port.ts';

it('serves until it is closed, an open connection or not', async () => {
  const served = await serveOnFreePort((request, response) => {
    if (request.url === '/quick') response.end('here');
  });
  expect(await (await fetch(`${served.url}/quick`)).text()).toBe('here');
  const hanging = fetch(`${served.url}/never`).catch((error: unknown) => error);
  await served.close();
  expect(await hanging).toBeInstanceOf(Error);
  await expect(fetch(served.url)).rejects.toThrow();
});
