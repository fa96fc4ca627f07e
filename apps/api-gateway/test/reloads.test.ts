import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService, testRedis } from '@evenkeel/testing';
import { expect, it } from 'vitest';
import { reload } from './reload.ts';
import { connections, startKeys, startUpstream } from './upstream.ts';

const CLIENTS = 4;

const route = (prefix: string) => `  - { prefix: ${prefix}, upstream: user-service, token: none }\n`;
const table = (...prefixes: string[]) => `routes:\n${['/always', ...prefixes].map(route).join('')}`;

it.each([
  ['200 reloads of a short table', 200, 1],
  ['20 reloads of the longest table', 20, 4_999],
])('fails no request through %s, one in ten of which is bad', { timeout: 300_000 }, async (_, reloads, size) => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-reloads-'));
  const routesFile = join(folder, 'routes.yaml');
  writeFileSync(routesFile, table());
  const [redis, { upstream: auth }, users] = await Promise.all([testRedis(), startKeys(), startUpstream()]);
  const gateway = await startService(
    join(import.meta.dirname, '../src/main.ts'),
    connections({ auth, users, redis, routesFile }),
  );
  await gateway.ready;

  const stopped = new AbortController();
  const [failures, times] = [[] as string[], [] as number[]];
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!stopped.signal.aborted) {
      const begin = performance.now();
      const outcome = await fetch(`${gateway.url}/always`)
        .then(async (response) => (await response.bytes(), response.status))
        .catch((error: unknown) => error);
      times.push(performance.now() - begin);
      if (outcome !== 200) failures.push(String(outcome));
    }
  });
  let inForce = '';
  for (let index = 0; index < reloads; index++) {
    const isBad = index % 10 === 9;
    const prefixes = Array.from({ length: size }, (__, place) => `/${String(index)}/${String(place)}`);
    writeFileSync(routesFile, isBad ? table(...prefixes.slice(1), '/bad/') : table(...prefixes));
    expect('error' in (await reload(gateway))).toBe(isBad);
    if (!isBad) inForce = `/${String(index)}/${String(size - 1)}`;
    expect((await fetch(gateway.url + inForce)).status).toBe(200);
  }
  stopped.abort();
  await Promise.all(clients);
  console.log(`${reloads} reloads: ${times.length} requests, the slowest took ${Math.max(...times).toFixed()} ms`);
  expect(times.length).toBeGreaterThan(reloads);
  expect(failures).toEqual([]);

  await gateway[Symbol.asyncDispose]();
  await Promise.all([redis.close(), auth.stop(), users.stop()]);
  rmSync(folder, { recursive: true });
});
