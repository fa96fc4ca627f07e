import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { findFreePort, isPortFree } from './loopback-port.ts';

async function occupy(host: string): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as { port: number }).port;
}

it.each(['127.0.0.1', '0.0.0.0'])('a port that is held on %s is not free', async (host) => {
  const port = await occupy(host);
  expect(await isPortFree(port)).toBe(false);
  expect(await findFreePort(port)).not.toBe(port);
});

it('a preferred port is taken when it is free', async () => {
  const port = await findFreePort();
  expect(await isPortFree(port)).toBe(true);
  expect(await findFreePort(port)).toBe(port);
});
