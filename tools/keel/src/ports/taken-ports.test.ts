import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { findHolder, listeningInodes } from './holder.ts';
import { describeTakenPorts, findFreeOffset, findTakenPorts, wantedPorts } from './taken-ports.ts';

const service = { name: 'api', port: 80, adminPort: 90, debugPort: 100 };

it('names every taken port with its purpose and its holder', async () => {
  const taken = await findTakenPorts(wantedPorts({ services: [service] }), {
    isFree: (port) => Promise.resolve(port === 90),
    findHolder: (port) => Promise.resolve(port === 80 ? { pid: 7, command: 'nginx' } : undefined),
  });
  expect(describeTakenPorts(taken).split('\n')).toEqual([
    '  80 (api) is held by process 7: nginx',
    "  100 (api's debugger) is held by a process of another user",
  ]);
});

it('finds the smallest offset at which all ports are free', async () => {
  const busy = new Set([180, 280, 390]);
  const isFree = (port: number) => Promise.resolve(!busy.has(port));
  expect(await findFreeOffset([80, 90], 0, isFree)).toBe(400);
  expect(await findFreeOffset([80, 90], 400, isFree)).toBe(500);
  expect(await findFreeOffset([80], 0, () => Promise.resolve(false))).toBeUndefined();
  // 10080: no browser opens it.
  expect(await findFreeOffset([8080], 1_900, isFree)).toBe(2_100);
});

it('reads /proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000000000000000
   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4343 1 0000000000000000
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4444 1 0000000000000000`;
  expect(listeningInodes(table, 8080)).toEqual(['4242']);
  expect(listeningInodes(table, 80)).toEqual(['4444']);
});

it('sees that this very process holds a port', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  expect(await findHolder(port)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') });
});
