import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { takePortBlock } from './port-block.ts';

// Under two offsets these would meet.
const PORTS = [8080, 9080, 9100];

it('gives nobody the ports of somebody else, although nothing listens on them yet', async () => {
  const blocks = await Promise.all(Array.from({ length: 8 }, () => takePortBlock(PORTS)));
  const ports = blocks.flatMap(({ offset }) => PORTS.map((port) => port + offset));
  for (const block of blocks) await block[Symbol.asyncDispose]();
  expect(new Set(ports).size).toBe(24);
});

it('passes over an offset under which a port is taken', async () => {
  const first = await takePortBlock(PORTS);
  await first[Symbol.asyncDispose]();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(9080 + first.offset, '127.0.0.1', resolve));
  await using second = await takePortBlock(PORTS);
  server.close();
  expect(second.offset).not.toBe(first.offset);
});
