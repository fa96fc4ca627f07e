import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { underLoad } from './load.ts';

it('counts responses, and reports when and how each failed request failed', async () => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    if (asked === 2) request.socket.destroy();
    else response.writeHead(asked === 3 ? 503 : 404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const load = underLoad([{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }]);
  while (asked < 4) await sleep(5);
  const { answered, failed } = await load.stop();
  server.close();
  expect(answered).toBe(asked - 2);
  expect(failed.sort((one, other) => one.localeCompare(other))).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z, \/ after \d+ ms: ECONNRESET, socket hang up$/),
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z, \/ after \d+ ms: status 503$/),
  ]);
});
