import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { reach } from './reach.ts';

const patiently = () => AbortSignal.timeout(10_000);

it('reports whether anything listens, without sending a request', async () => {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => heard.push(String(chunk))).on('close', () => heard.push('closed'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await reach(url, patiently());
  await expect.poll(() => heard).toEqual(['closed']);
  server.close();
  await once(server, 'close');
  await expect(reach(url, patiently())).rejects.toThrow('ECONNREFUSED');
});

it('stops when aborted', async () => {
  await expect(reach('http://127.0.0.1:9', AbortSignal.abort())).rejects.toThrow(/abort/i);
});
