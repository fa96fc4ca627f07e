import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { bootService } from './service-under-test.ts';
import { describeRequest } from './upstream.ts';

const DURATION_MS = 120_000;
const CLIENTS = 16;
/** An upstream keeps a connection this long at most, and closes it once in so many responses. */
const MOST_IDLE_MS = 20;
const CLOSED_ONCE_IN = 4;

it('fails no GET while the upstream closes idle connections at random', { timeout: 600_000 }, async () => {
  await using gateway = await bootService('routes: [{ prefix: /, upstream: user-service, token: none }]');
  const busy = new Set<Socket>();
  let closed = 0;
  gateway.users.handler = (request, response) => {
    const { socket } = request;
    busy.add(socket);
    response.once('finish', () => {
      busy.delete(socket);
      if (Math.random() < 1 / CLOSED_ONCE_IN) setTimeout(closeIfIdle, Math.random() * MOST_IDLE_MS, socket);
    });
    describeRequest(request, response);
  };
  /** A request may be on its way to it. Half of them end as a server closes, half as a proxy in between forgets. */
  const closeIfIdle = (socket: Socket) => {
    if (busy.has(socket) || socket.destroyed) return;
    closed += 1;
    if (Math.random() < 0.5) socket.end();
    else socket.resetAndDestroy();
  };

  const failures: string[] = [];
  let requests = 0;
  const until = performance.now() + DURATION_MS;
  const client = async () => {
    while (performance.now() < until) {
      const outcome = await fetch(gateway.url)
        .then(async (response) => (await response.text(), response.status))
        .catch((error: unknown) => error);
      requests += 1;
      if (outcome !== 200) failures.push(String(outcome));
      await sleep(Math.random() * MOST_IDLE_MS);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const retried = gateway.users.requests.length - requests;
  console.log(`${requests} GETs, ${closed} connections closed, ${retried} seen twice, ${failures.length} failed`);
  expect(closed).toBeGreaterThan(100);
  expect(failures).toEqual([]);
});
