import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startService, testRedis, type ServiceProcess, type TestRedis } from '@evenkeel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reload } from './reload.ts';
import { connections, startKeys, startUpstream, type Upstream } from './upstream.ts';

const MB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'gateway-routes-'));
const routesFile = join(folder, 'config', 'routes.yaml');
const route = (prefix: string) => `  - { prefix: ${prefix}, upstream: user-service, token: none }\n`;
const routes = (...prefixes: string[]) => `routes:\n${prefixes.map(route).join('')}`;
/** Each alias stands for nine of the one before: 9^8 values. */
const aliases = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const aliasBomb = aliases
  .map(
    (name, index) =>
      `${name}: &${name} [${Array(9)
        .fill(index === 0 ? 'x' : `*${aliases[index - 1] ?? ''}`)
        .join(',')}]\n`,
  )
  .join('');

let gateway: ServiceProcess;
let redis: TestRedis;
let auth: Upstream;
let users: Upstream;

beforeAll(async () => {
  [redis, { upstream: auth }, users] = await Promise.all([testRedis(), startKeys(), startUpstream()]);
  mkdirSync(dirname(routesFile));
  writeFileSync(routesFile, routes('/first'));
  gateway = await startService(
    join(import.meta.dirname, '../src/main.ts'),
    connections({ auth, users, redis, routesFile }),
  );
  await gateway.ready;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([redis.close(), auth.stop(), users.stop()]);
  rmSync(folder, { recursive: true });
});

const statusOf = async (path: string) => (await fetch(gateway.url + path)).status;
let count = 0;

/** The last good one stays in force, and the next good one applies. */
async function expectRefused(breakIt: () => void, repair: () => void, reason: RegExp): Promise<void> {
  const [good, next] = [`/good-${String(count)}`, `/good-${String(++count)}`];
  writeFileSync(routesFile, routes(good));
  const before = await reload(gateway);
  expect(before).not.toHaveProperty('error');
  expect(before).not.toHaveProperty('restart_required');

  breakIt();
  const refused = await reload(gateway);
  expect(refused).toMatchObject({ version: before.version, loaded_at: before.loaded_at });
  expect(refused.error).toMatch(reason);
  expect(Date.parse(refused.refused_at ?? '')).toBeGreaterThan(Date.parse(before.loaded_at));
  expect(await statusOf(good)).toBe(200);

  repair();
  writeFileSync(routesFile, routes(next));
  expect(await reload(gateway)).not.toHaveProperty('error');
  expect([await statusOf(good), await statusOf(next)]).toEqual([404, 200]);
}

it.each([
  ['half written', `${routes('/a')}  - { prefix: /b, upstream`, /routes\.yaml:3: ROUTES: /],
  [
    'cut in the middle of a word',
    `${routes('/a')}  - prefix: /b\n    upstream: user-serv`,
    /routes\.yaml:4: ROUTES: routes\.1\.upstream/,
  ],
  ['empty', '', /routes\.yaml:1: ROUTES: /],
  ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x0a, 0, 1, 2, 0xff]), /routes\.yaml:2: ROUTES: is not text/],
  ['text with a NUL in it', `${routes('/a')}\0`, /routes\.yaml:3: ROUTES: is not text/],
  ['an alias bomb', `${aliasBomb}routes: *h\n`, /routes\.yaml:1: ROUTES: has more than 100000 values/],
])('keeps the last good routes when the file is %s', async (_, content, reason) => {
  await expectRefused(
    () => writeFileSync(routesFile, content),
    () => undefined,
    reason,
  );
});

it('keeps the last good routes when the file has 100 MB, and does not read it', async () => {
  await expectRefused(
    () => truncateSync(routesFile, 100 * MB),
    () => undefined,
    /routes\.yaml: ROUTES: has 104857600 bytes, more than 1048576/,
  );
});

it('keeps the last good routes when the file cannot be read', async () => {
  // root may read everything.
  const isRoot = process.getuid?.() === 0;
  const away = `${routesFile}.away`;
  await expectRefused(
    () => {
      if (!isRoot) return chmodSync(routesFile, 0);
      renameSync(routesFile, away);
      mkdirSync(routesFile);
    },
    () => (isRoot ? rmSync(routesFile, { recursive: true }) : chmodSync(routesFile, 0o644)),
    isRoot ? /routes\.yaml: ROUTES: is not a regular file/ : /routes\.yaml: ROUTES: cannot be read \(EACCES\)/,
  );
});

it('keeps the last good routes while their folder is gone', async () => {
  await expectRefused(
    () => rmSync(dirname(routesFile), { recursive: true }),
    () => mkdirSync(dirname(routesFile)),
    /routes\.yaml: ROUTES: cannot be read \(ENOENT\)/,
  );
});
